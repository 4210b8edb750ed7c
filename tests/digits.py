"""Writes www/assets/digits.txt, which src/task/digits.rs reads: the handwritten digits as scikit-learn ships them.

    pip install scikit-learn && python tests/digits.py > www/assets/digits.txt
"""

from sklearn.datasets import load_digits

print("Optical Recognition of Handwritten Digits, E. Alpaydin and C. Kaynak 1998, https://archive.ics.uci.edu/dataset/80, CC BY 4.0")
SIGNS = "0123456789abcdefg"
data = load_digits()
for pixels, digit in zip(data.data, data.target):
    print("".join(SIGNS[int(ink)] for ink in pixels) + str(digit))

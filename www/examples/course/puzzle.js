// The puzzle of the first lesson: sums on a clock with five hours.

const gaps = document.querySelector("#gaps");
const checked = document.querySelector("#checked");

gaps.addEventListener("submit", (event) => {
  event.preventDefault();
  const inputs = Array.from(gaps.querySelectorAll("input"));
  const right = inputs.filter(({ value, dataset: { x, y } }) => value.trim() === String((Number(x) + Number(y)) % 5));
  const shown = 25 - inputs.length;
  checked.textContent = right.length === inputs.length
    ? `All ${inputs.length} are right, and you were shown ${shown} of 25 squares. So you have a rule.`
    : `${right.length} of ${inputs.length} are right. Look at how a row goes on from one square to the next.`;
});

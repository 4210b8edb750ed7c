// A page without a framework: properties set attributes, and a method called at once waits for the lab.
import "grokking-lab";

const lab = document.createElement("grokking-lab");
Object.assign(lab, { p: 11, width: 16, heads: 2, mlp: 32, backend: "cpu", steps: 40, speed: 0, bias: true });
document.body.append(lab);
lab.start();

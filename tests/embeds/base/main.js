// A classic script does not know where it came from, so it is told where the package lies.
import { setBase } from "grokking-lab";
setBase("grokking-lab/");

const lab = document.createElement("grokking-lab");
Object.assign(lab, { p: 11, width: 16, heads: 2, mlp: 32, backend: "cpu", steps: 40, speed: 0, bias: true });
document.body.append(lab);
lab.start();

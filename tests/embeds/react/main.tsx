// React 19: keys are properties, false included; a changed prop changes the lab.
import { useEffect, useRef, useState } from "react";
import { createRoot } from "react-dom/client";
import type { GrokkingLab } from "grokking-lab/react";
import "grokking-lab/react";

function App() {
  const lab = useRef<GrokkingLab>(null);
  const [p, setP] = useState(7);
  useEffect(() => setP(11), []);
  useEffect(() => {
    if (p === 11) lab.current?.start();
  }, [p]);
  return (
    <grokking-lab
      ref={lab} p={p} width={16} heads="2" mlp={32} backend="cpu" steps={40} speed={0} bias={true} tied={false}
      onready={(event) => console.info(event.detail.backend)}
    />
  );
}

createRoot(document.querySelector("#app")!).render(<App />);

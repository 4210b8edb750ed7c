// Rendered on the server first, where importing the lab does nothing.
"use client";
import { useEffect, useRef } from "react";
import type { GrokkingLab } from "grokking-lab/react";
import "grokking-lab/react";

export default function Page() {
  const lab = useRef<GrokkingLab>(null);
  useEffect(() => lab.current?.start(), []);
  return <grokking-lab ref={lab} p={11} width={16} heads={2} mlp={32} backend="cpu" steps={40} speed={0} bias />;
}

//! grokking-lab: trains small transformers on finite operation tables and shows them grok.

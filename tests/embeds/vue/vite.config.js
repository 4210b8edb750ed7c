import vue from "@vitejs/plugin-vue";

// Vue has to be told which elements are not components.
export default { base: "./", plugins: [vue({ template: { compilerOptions: { isCustomElement: (tag) => tag === "grokking-lab" } } })] };

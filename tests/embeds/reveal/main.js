import Reveal from "./reveal.js/dist/reveal.mjs";

const deck = new Reveal({ embedded: false, hash: false });
await deck.initialize();
deck.next();

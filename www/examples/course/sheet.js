// The sheet to print knows whose it is.

import { group, seat } from "./course.js";

for (const blank of document.querySelectorAll("[data-group]")) blank.textContent = group;
for (const blank of document.querySelectorAll("[data-seat]")) blank.textContent = seat;
document.querySelector("#print").addEventListener("click", () => print());

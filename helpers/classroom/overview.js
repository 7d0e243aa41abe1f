// The report can be read without this: all cards are below one another then, and every link leads to its place.
"use strict";

const [exercise, became, found, submissions] =
  ["exercise", "became", "found", "submissions"].map((id) => document.getElementById(id));
const learners = [...document.querySelectorAll(".learner")];
const page = document.documentElement.classList;

function fits(card) {
  const isWanted = became.value === "missed" ? card.dataset.o !== "passed" : card.dataset.o === became.value;
  return (!exercise.value || card.dataset.e === exercise.value) && (!became.value || isWanted);
}

function filter() {
  for (const option of became.options) {
    const isElsewhere = exercise.value && option.dataset.e && !option.dataset.e.split(" ").includes(exercise.value);
    option.hidden = option.disabled = Boolean(isElsewhere);
  }
  if (became.selectedOptions[0].disabled) became.value = "";
  let people = 0;
  for (const learner of learners) {
    const cards = [...learner.querySelectorAll("[data-e]")];
    for (const card of cards) card.classList.toggle("hit", fits(card));
    const isHit = cards.some(fits);
    learner.classList.toggle("hit", isHit);
    people += isHit;
  }
  page.toggle("filtered", Boolean(exercise.value || became.value));
  found.textContent = `${people} of ${learners.length} submissions.`;
}

function choose(chosen, outcome) {
  exercise.value = chosen;
  became.value = outcome;
  filter();
}

page.add("paged");
for (const hidden of document.querySelectorAll("form[hidden], button[hidden]")) hidden.hidden = false;
for (const button of document.querySelectorAll("button[data-e]")) {
  button.addEventListener("click", () => {
    choose(button.dataset.e, button.dataset.o);
    location.hash = "submissions";
    submissions.focus();
  });
}
document.getElementById("all").addEventListener("click", () => choose("", ""));
for (const select of [exercise, became]) select.addEventListener("change", filter);
filter();

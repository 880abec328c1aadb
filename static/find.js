// Offers names of teams and measures while one types; without it the form searches by itself.
(() => {
  "use strict";
  const form = document.querySelector("[data-find]");
  if (!form) return;
  const box = form.querySelector("input");
  const list = form.querySelector("datalist");
  let waiting = null;
  let asked = "";

  const offer = async () => {
    const words = box.value.trim();
    if (words === asked || words.length < 2) return;
    asked = words;
    const url = `${form.action}?q=${encodeURIComponent(words)}`;
    const answer = await fetch(url, { headers: { Accept: "application/json" } });
    if (!answer.ok || box.value.trim() !== words) return;
    const { names } = await answer.json();
    list.replaceChildren(
      ...names.map((name) => Object.assign(document.createElement("option"), { value: name })),
    );
  };

  box.addEventListener("input", () => {
    if (Array.from(list.options, (one) => one.value).includes(box.value)) {
      form.requestSubmit();
      return;
    }
    clearTimeout(waiting);
    waiting = setTimeout(offer, 200);
  });
})();

// Rows of a table that stand in an order: dragged to another place, the places are numbered anew.
// The numbers can be typed as well, and are all that is sent.
(() => {
  "use strict";
  const form = document.querySelector("[data-order]");
  if (!form) return;
  const body = form.querySelector("tbody");
  const help = form.querySelector("[data-order-help]");
  help.textContent = "To move one, drag its row, or type its new place. Then save the order.";
  let dragged = null;

  const number = () => {
    body.querySelectorAll("tr").forEach((row, place) => {
      row.querySelector("input[name^='place-']").value = place + 1;
    });
  };

  body.querySelectorAll("tr").forEach((row) => {
    row.draggable = true;
    row.classList.add("eh-draggable");
  });
  body.addEventListener("dragstart", (event) => {
    dragged = event.target.closest("tr");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", "");
  });
  body.addEventListener("dragover", (event) => {
    const over = event.target.closest("tr");
    if (!dragged || !over || over === dragged) return;
    event.preventDefault();
    const box = over.getBoundingClientRect();
    over[event.clientY < box.top + box.height / 2 ? "before" : "after"](dragged);
  });
  body.addEventListener("drop", (event) => event.preventDefault());
  body.addEventListener("dragend", () => {
    if (dragged) number();
    dragged = null;
  });
})();

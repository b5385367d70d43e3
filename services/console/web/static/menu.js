// 菜单: on a phone it is folded behind a button. Without scripts there is no button and the menu is simply there.
"use strict";

document.documentElement.classList.add("folds");
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-menu]");
  if (button) button.setAttribute("aria-expanded", String(button.getAttribute("aria-expanded") !== "true"));
});

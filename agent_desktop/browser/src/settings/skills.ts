// One skill: its name, and nothing else; who has it is set in the table.

import { fill, h } from "../page/dom";
import type { PageContext } from "../page/mount";
import { tellFailure } from "../page/toast";
import { t, titled } from "../words/i18n";
import { coming, Editor, gone, section } from "./editor";
import type { Configured, SkillDocument } from "./shapes";
import { readOne } from "./wire";

export function showSkill(page: PageContext, key: string): void {
  fill(page.root, coming());
  const found = key === "new" ? Promise.resolve(null) : readOne("skill", key, page.signal);
  found.then((seen) => edit(page, seen)).catch((error: unknown) => {
    fill(page.root, gone(["/settings/skills", t("Skills")]));
    tellFailure(error);
  });
}

function edit(page: PageContext, seen: Configured<SkillDocument> | null): void {
  const name = h("input", { class: "form-control mono", maxlength: "62", required: true, autocomplete: "off",
    placeholder: "language:zh" });
  const plan = {
    kind: "skill" as const, seen, key: seen?.key ?? "", heading: t("New skill"), fresh: { title: "", title_en: "" },
    back: ["/settings/skills", t("Skills")] as [string, string], title: titled,
    sections: (editor: Editor<"skill">) => {
      name.addEventListener("input", () => {
        plan.key = name.value.trim();
        editor.touched();
      });
      return [section(t("General"), "star-filled",
        !seen && editor.form.beside("key", t("Name in requirements"), name, t("like tech or language:zh, never changed")),
        editor.form.text("title", t("Title")), editor.form.text("title_en", t("English name")))];
    },
  };
  new Editor(page, plan);
}

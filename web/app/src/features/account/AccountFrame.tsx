import { type ReactNode, useEffect } from "react";
import { Mark } from "~/ui/Mark";

/** The page around a form for those who are not signed in. */
export function AccountFrame(props: { title: string; note?: ReactNode; children: ReactNode }) {
  const { title, note, children } = props;
  useEffect(() => {
    document.title = `${title} · Openbell`;
  }, [title]);
  return (
    <main className="mx-auto flex min-h-dvh w-full max-w-sm flex-col justify-center gap-6 px-4 py-12">
      <div className="flex items-center gap-2 text-lg font-semibold">
        <Mark size={28} />
        Openbell
      </div>
      <div className="flex flex-col gap-4 rounded-md border bg-surface p-6">
        <h1 className="text-xl leading-7 font-semibold">{title}</h1>
        {note}
        {children}
      </div>
    </main>
  );
}

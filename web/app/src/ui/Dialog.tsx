import { X } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import { type ReactNode, useState } from "react";
import { Button, IconButton } from "./Button";
import { cx } from "./cx";
import { Input } from "./Field";
import { useFocusBack } from "./useFocusBack";

/** A dialog in the middle, or a drawer from the right. */
export function Dialog(props: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  description?: ReactNode;
  drawer?: boolean;
  children?: ReactNode;
}) {
  const { open, onOpenChange, title, description, drawer = false, children } = props;
  const focusBack = useFocusBack();
  const place = drawer
    ? "inset-y-0 right-0 w-80 max-w-[88vw] border-l"
    : "top-[12vh] left-1/2 w-[28rem] max-w-[calc(100vw-24px)] max-h-[76vh] -translate-x-1/2 rounded-md border";
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-[oklch(15%_0.012_255/0.5)]" />
        <Radix.Content
          {...focusBack}
          {...(description ? {} : { "aria-describedby": undefined })}
          className={cx("fixed z-50 flex flex-col overflow-y-auto bg-surface", place)}
        >
          <div className="flex items-center justify-between gap-3 border-b py-2 pr-2 pl-4">
            <Radix.Title className="min-w-0 text-base font-semibold break-words">
              {title}
            </Radix.Title>
            <Radix.Close asChild>
              <IconButton label="Close">
                <X size={16} aria-hidden />
              </IconButton>
            </Radix.Close>
          </div>
          <div className="flex flex-col gap-4 p-4">
            {description && (
              <Radix.Description asChild>
                <div className="text-muted">{description}</div>
              </Radix.Description>
            )}
            {children}
          </div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** Asks before something is destroyed: the word has to be typed. */
export function ConfirmTyped(props: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  description: ReactNode;
  word: string;
  action: string;
  pending?: boolean;
  onConfirm: () => void;
}) {
  const { word, action, pending = false, onConfirm, ...rest } = props;
  const [typed, setTyped] = useState("");
  const fits = typed.trim().toLowerCase() === word.toLowerCase();
  return (
    <Dialog {...rest}>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (fits) onConfirm();
        }}
      >
        <Input
          label={`Type “${word}” to confirm`}
          value={typed}
          autoComplete="off"
          onChange={(event) => setTyped(event.target.value)}
        />
        <div className="flex justify-end gap-2">
          <Button onClick={() => rest.onOpenChange(false)}>Cancel</Button>
          <Button type="submit" look="danger" disabled={!fits} pending={pending}>
            {action}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

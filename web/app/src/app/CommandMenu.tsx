export default function CommandMenu(_: { onClose: () => void }) {
  return null;
}

import { useEffect, useState } from 'preact/hooks';
import { type DemoMember, demoMember } from '../demo.ts';

/** A member of the demo club to look as; null until the server has told, and on every real installation. */
export function useDemoMember(): DemoMember | null {
  const [demo, setDemo] = useState<DemoMember | null>(null);
  useEffect(() => void demoMember().then(setDemo), []);
  return demo;
}

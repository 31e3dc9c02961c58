/** @jsxImportSource preact */
import type { Badge } from '../data/types.ts';
import { emblemOf } from './emblems.ts';

/** A badge as a pin: its own picture where this server has it, else one drawn for it. */
export function Emblem({ badge }: { badge: Badge }) {
  const picture = badgePicture(badge);
  if (picture !== null) return <img class="emblem" src={picture} alt="" width="64" height="64" />;
  const { shape, rim, face, line, motif } = emblemOf(badge);
  return (
    <svg class="emblem" viewBox="0 0 64 64" aria-hidden="true" focusable="false">
      <path class="emblem-rim" d={shape} fill={rim} />
      <g transform="translate(32 32) scale(.87) translate(-32 -32)">
        <path class="emblem-face" d={shape} fill={face} />
      </g>
      <g transform="translate(32 32) scale(.77) translate(-32 -32)">
        <path class="emblem-stitch" d={shape} stroke={line} />
      </g>
      <g transform="translate(15.5 15.5) scale(1.375)">
        <path class="emblem-motif" d={motif} stroke={line} />
      </g>
    </svg>
  );
}

/**
 * The address of a picture that lies on this server; null where there is none. Pictures of other hosts stay unloaded: the
 * page asks this server and no other, and tells nobody who looks.
 */
export function ownPicture(imageUrl: string | null): string | null {
  if (imageUrl === null || !URL.canParse(imageUrl, location.href)) return null;
  const { origin, href } = new URL(imageUrl, location.href);
  return origin === location.origin ? href : null;
}

/** A badge's own picture; the server's drawing is none. */
function badgePicture({ code, imageUrl }: Badge): string | null {
  const picture = ownPicture(imageUrl);
  return picture?.split('?')[0]?.endsWith(`/badges/${code}.svg`) ? null : picture;
}

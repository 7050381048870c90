-- The truth about every image: the queue only wakes workers. Times are milliseconds since 1970.

CREATE TABLE images (
  -- The first 32 hex digits of the SHA-256 of the image's URL without its resizing parameters.
  key TEXT PRIMARY KEY,
  url TEXT NOT NULL,
  -- With its port, unless that is the scheme's own.
  host TEXT NOT NULL,
  -- queued, leased, captioned, low_confidence, failed, approved, edited, decorative: see site/store/states.ts.
  state TEXT NOT NULL,
  -- What a visitor's page gets; NULL where nothing is to be filled in. A caption that is written anew
  -- keeps its text here until the new one is there.
  alt TEXT,
  -- Whether PAGES has `alt` as it is.
  published INTEGER NOT NULL DEFAULT 1,
  -- The model's sentence, also below the threshold and under a person's text.
  caption TEXT,
  confidence REAL,
  -- Whether the confidence reached the threshold.
  sure INTEGER NOT NULL DEFAULT 0,
  -- Name and version of the model that wrote `caption`.
  model TEXT,
  -- How many captions models have written for the image.
  captions INTEGER NOT NULL DEFAULT 0,
  -- The code of the last failure.
  problem TEXT,
  -- How often a worker has taken it since it was queued.
  attempts INTEGER NOT NULL DEFAULT 0,
  -- The worker that has it: what another one finds out does not count.
  lease TEXT,
  -- Until when a worker has it, or when it may be tried again.
  due_at INTEGER NOT NULL,
  -- When the message for it that is in the queue was to arrive; 0 if there is none.
  in_flight INTEGER NOT NULL DEFAULT 0,
  -- Grows with each change by a person; an edit of an older version is refused.
  version INTEGER NOT NULL DEFAULT 0,
  -- Where it was found: visit, crawl, list or bucket.
  source TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

-- For lists: by state and confidence, images without one first.
CREATE INDEX images_by_confidence ON images (state, ifnull(confidence, -1), key);
CREATE INDEX images_by_host ON images (host, key);
-- For the sweep. Each has only those rows that it looks for.
CREATE INDEX images_waiting ON images (host, due_at) WHERE state = 'queued' AND in_flight = 0;
CREATE INDEX images_in_flight ON images (host, in_flight) WHERE in_flight > 0;
CREATE INDEX images_leased ON images (due_at) WHERE state = 'leased';
CREATE INDEX images_unpublished ON images (key) WHERE published = 0;

-- Pages without their query, but for the parameters that the owner keeps.
CREATE TABLE pages (
  key TEXT PRIMARY KEY,
  url TEXT NOT NULL,
  seen_at INTEGER NOT NULL
) STRICT;

CREATE TABLE page_images (
  page_key TEXT NOT NULL REFERENCES pages (key) ON DELETE CASCADE,
  image_key TEXT NOT NULL REFERENCES images (key) ON DELETE CASCADE,
  -- img, or what is only listed and never filled in: input, area, link.
  place TEXT NOT NULL,
  PRIMARY KEY (page_key, image_key, place)
) STRICT, WITHOUT ROWID;

CREATE INDEX page_images_by_image ON page_images (image_key);

-- The pace of requests to each host, over all consumers.
CREATE TABLE hosts (
  host TEXT PRIMARY KEY,
  -- Whether the Worker serves pages of this host, so that its robots.txt need not be read.
  own INTEGER NOT NULL DEFAULT 0,
  -- The end of the time that earlier images of the host take up at the allowed rate.
  next_at INTEGER NOT NULL DEFAULT 0,
  -- How many images the last call was granted.
  granted INTEGER NOT NULL DEFAULT 0,
  robots TEXT,
  robots_until INTEGER NOT NULL DEFAULT 0
) STRICT;

-- What is counted by time: new images by visits ("hour:2026-11-28T21", "day:2026-11-28"), and finished
-- images ("minute:2026-11-28T21:55").
CREATE TABLE counters (
  window TEXT PRIMARY KEY,
  count INTEGER NOT NULL
) STRICT;

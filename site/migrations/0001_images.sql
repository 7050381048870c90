-- The truth about every image: the queue only wakes workers. Times are milliseconds since 1970.

CREATE TABLE images (
  -- The first 32 hex digits of the SHA-256 of the image's URL without its resizing parameters.
  key TEXT PRIMARY KEY,
  url TEXT NOT NULL,
  host TEXT NOT NULL,
  -- queued, leased, captioned, low_confidence, failed, approved, edited, decorative: see site/store/states.ts.
  state TEXT NOT NULL,
  -- What a visitor's page gets; NULL where nothing is to be filled in.
  alt TEXT,
  -- The model's sentence, also below the threshold and under a person's text.
  caption TEXT,
  confidence REAL,
  -- Name and version of the model that wrote `caption`.
  model TEXT,
  -- The code of the last failure.
  problem TEXT,
  attempts INTEGER NOT NULL DEFAULT 0,
  -- Until when a worker has it, or when it may be tried again.
  due_at INTEGER NOT NULL,
  -- Whether a message for it is in the queue.
  in_flight INTEGER NOT NULL DEFAULT 0,
  -- Grows with each change by a person; an edit of an older version is refused.
  version INTEGER NOT NULL DEFAULT 0,
  -- Where it was found: visit, crawl, list or bucket.
  source TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

CREATE INDEX images_by_state ON images (state, due_at);
CREATE INDEX images_by_confidence ON images (state, confidence, key);
CREATE INDEX images_by_host ON images (host, state, due_at);

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

-- When a host may be asked again, over all consumers.
CREATE TABLE hosts (
  host TEXT PRIMARY KEY,
  next_at INTEGER NOT NULL,
  robots TEXT,
  robots_until INTEGER NOT NULL DEFAULT 0
) STRICT;

-- New images by visits, counted by the hour and by the day ("hour:2026-11-28T21", "day:2026-11-28").
CREATE TABLE counters (
  window TEXT PRIMARY KEY,
  count INTEGER NOT NULL
) STRICT;

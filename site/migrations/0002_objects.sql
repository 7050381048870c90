-- Of images in a bucket: the ETag of the object that is queued or captioned, so that another one is noticed.
ALTER TABLE images ADD COLUMN etag TEXT;

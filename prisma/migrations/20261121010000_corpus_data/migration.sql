-- What the prepare hook wrote, kept with the corpus that was replayed against it.
ALTER TABLE "CycleCorpus" ADD COLUMN     "dataDigest" CHAR(64),
ADD COLUMN     "dataSizeBytes" BIGINT;

ALTER TABLE "CycleCorpus"
  ADD CONSTRAINT "CycleCorpus_data" CHECK (
    ("dataDigest" IS NULL) = ("dataSizeBytes" IS NULL) AND ("dataDigest" IS NULL OR ("isSha256"("dataDigest") AND "dataSizeBytes" >= 0)));

-- AlterTable
ALTER TABLE "TrafficSample" ADD COLUMN     "report" TEXT;

-- Nothing of a sample without its signed report.
ALTER TABLE "TrafficSample" ADD CONSTRAINT "TrafficSample_has_report" CHECK (("release" IS NULL) = ("report" IS NULL));

-- AlterTable
ALTER TABLE "Evaluation" ADD COLUMN     "speed" JSONB;

-- AlterEnum
ALTER TYPE "ScheduleOutcome" ADD VALUE 'checked';

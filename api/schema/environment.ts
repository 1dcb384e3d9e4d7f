import type { EnvironmentSummary, Reading } from '../../domain/model/environment.ts';
import { builder } from '../builder.ts';

/** `Reading` and `TextReading`: a value with its source, or the reason why there is none. */
export const NumberReadingObject = builder.objectRef<Reading>('Reading').implement({
  description: 'A number that a host may not have: read from a source, or unavailable for a reason.',
  fields: (t) => ({
    available: t.exposeBoolean('available'),
    value: t.float({ nullable: true, resolve: (reading) => (reading.available ? reading.value : null) }),
    source: t.string({ nullable: true, resolve: (reading) => (reading.available ? reading.source : null) }),
    reason: t.string({ nullable: true, resolve: (reading) => (reading.available ? null : reading.reason) }),
  }),
});

export const TextReadingObject = builder.objectRef<Reading<string>>('TextReading').implement({
  description: 'A text that a host may not have: read from a source, or unavailable for a reason.',
  fields: (t) => ({
    available: t.exposeBoolean('available'),
    value: t.string({ nullable: true, resolve: (reading) => (reading.available ? reading.value : null) }),
    source: t.string({ nullable: true, resolve: (reading) => (reading.available ? reading.source : null) }),
    reason: t.string({ nullable: true, resolve: (reading) => (reading.available ? null : reading.reason) }),
  }),
});

export const EnvironmentSummaryObject = builder.objectRef<EnvironmentSummary>('EnvironmentSummary').implement({
  description: 'The figures that the admission rule judges, and those that stand beside them, each over the whole window.',
  fields: (t) => {
    const reading = (description: string, pick: (summary: EnvironmentSummary) => Reading) =>
      t.field({ type: NumberReadingObject, description, resolve: pick });
    return {
      seconds: t.exposeFloat('seconds'),
      meanTemperatureCelsius: reading('Degrees Celsius.', (of) => of.meanTemperatureCelsius),
      maximumTemperatureCelsius: reading('Degrees Celsius.', (of) => of.maximumTemperatureCelsius),
      temperatureRiseCelsius: reading('Degrees Celsius.', (of) => of.temperatureRiseCelsius),
      meanClockMegahertz: reading('MHz.', (of) => of.meanClockMegahertz),
      throttleEvents: reading('Thermal throttle events.', (of) => of.throttleEvents),
      energyJoules: reading('Joules.', (of) => of.energyJoules),
      cpuPressurePercent: reading('Share of wall time in which some task waited for a CPU, per cent.', (of) => of.cpuPressurePercent),
      ioPressurePercent: reading('Share of wall time in which some task waited for I/O, per cent.', (of) => of.ioPressurePercent),
      memoryPressurePercent: reading(
        'Share of wall time in which some task waited for memory, per cent.',
        (of) => of.memoryPressurePercent,
      ),
      stealShare: reading('0..1.', (of) => of.stealShare),
      foreignCpuShare: reading("Busy share of the instance's core that was not the instance's own, 0..1.", (of) => of.foreignCpuShare),
      loadAverage1: reading('Load average of one minute.', (of) => of.loadAverage1),
      powerSupply: t.field({
        type: TextReadingObject,
        description: 'The worst of the window: `battery` when any sample was on it.',
        resolve: (of) => of.powerSupply,
      }),
    };
  },
});

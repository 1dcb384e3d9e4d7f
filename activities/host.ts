import type { HostActivities } from '../domain/contracts/host-activities.ts';
import { confirmRegion } from '../domain/rules/region.ts';
import { makeSerialiser } from '../domain/serialise.ts';
import { evaluationActivities } from './evaluation.ts';
import type { HostActivityPorts } from './host-ports.ts';
import { longCall } from './long-call.ts';
import { replayActivities } from './stress.ts';
import { untilStored } from './until-stored.ts';
import { speedActivities } from './speed.ts';
import { windowActivities } from './window.ts';

/** What only the load-test host itself can do. */
export function makeHostActivities(ports: HostActivityPorts): HostActivities {
  const { host, store, hardwareClass, country } = ports;
  const exclusive = makeSerialiser();
  return {
    describeHost: ({ instances = 1 }) =>
      longCall(async (call) => {
        const [facts, collectionCores] = await Promise.all([host.facts(), host.collectionCores(instances)]);
        const { id } = await untilStored(call, () => store.hosts.saw({ name: host.name, hardwareClass: hardwareClass(facts), facts }));
        await host.pairCores(); // known before anything is compiled: a host with one core can collect, but measure nothing
        return { id, collectionCores };
      }),
    async deployInstance(spec) {
      confirmRegion(spec.manifest, country);
      return longCall((call) => exclusive(spec.instanceId, () => host.deploy(spec, call)));
    },
    stopInstance: ({ instanceId }) => longCall(() => exclusive(instanceId, () => host.stop(instanceId))),
    ...windowActivities(ports, exclusive),
    ...evaluationActivities(ports, exclusive),
    ...speedActivities(ports, exclusive),
    ...replayActivities(ports, exclusive),
  };
}

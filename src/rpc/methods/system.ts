import { type Answer, listOf } from '../answer.ts';
import type { XmlRpcStruct, XmlRpcValue } from '../codec.ts';
import type { Call } from '../dispatch.ts';
import { fault, RpcFault } from '../faults.ts';
import { type Method, method, type Param, text } from '../method.ts';

const calls: Param<readonly XmlRpcValue[]> = {
  name: 'calls',
  type: 'array',
  about: 'structs with methodName and params',
  read: sent => {
    if (Array.isArray(sent)) return sent;
    throw fault('INCORRECT_PARAMETERS', 'calls: expected an array');
  },
};

/** The methods that describe the others, and the one that calls several of them. */
export const systemMethods = (methods: ReadonlyMap<string, Method>, call: Call): readonly Method[] => {
  const find = (name: string): Method => {
    const found = methods.get(name);
    if (found === undefined) throw fault('SIGNATURE_UNSUPPORTED');
    return found;
  };
  return [
    method({
      name: 'system.listMethods',
      returns: 'array',
      help: 'Names every method that this server has, sorted.',
      always: true,
      run: () => [...methods.keys()],
    }),
    method({
      name: 'system.methodHelp',
      params: [text('name', 'the full name of a method')],
      returns: 'string',
      help: 'Says what a method does, what it takes and what it returns.',
      always: true,
      run: name => helpText(find(name)),
    }),
    method({
      name: 'system.methodSignature',
      params: [text('name', 'the full name of a method')],
      returns: 'array',
      help: 'Gives the type that a method returns, then the types of its parameters.',
      always: true,
      run: name => {
        const { returns, params } = find(name);
        return [returns, ...params.map(({ type }) => type)];
      },
    }),
    method({
      name: 'system.multicall',
      params: [calls],
      returns: 'array',
      help: 'Makes several calls, one after the other, and returns their results in that order; a call that fails has a struct with faultCode and faultString in its place.',
      always: true,
      run: async list => {
        const answers: Answer[] = [];
        // One after the other, as scripts expect of a stop that is followed by a start.
        for (const item of list) answers.push(await outcome(item, call));
        return listOf(answers);
      },
    }),
  ];
};

async function outcome(item: XmlRpcValue, call: Call): Promise<Answer> {
  try {
    const { methodName, params = [] } = readCall(item);
    return await call(methodName, params);
  } catch (error) {
    if (error instanceof RpcFault) return { faultCode: error.code, faultString: error.message };
    throw error;
  }
}

function readCall(item: XmlRpcValue): { methodName: string; params: readonly XmlRpcValue[] } {
  const isStruct = typeof item === 'object' && item !== null && !Array.isArray(item);
  const { methodName, params = [] } = isStruct ? (item as XmlRpcStruct) : {};
  if (typeof methodName !== 'string') throw fault('INCORRECT_PARAMETERS', 'No methodName');
  if (methodName === 'system.multicall') {
    throw fault('INCORRECT_PARAMETERS', 'Recursive system.multicall forbidden');
  }
  return { methodName, params: Array.isArray(params) ? params : [] };
}

function helpText({ help, params, returns }: Method): string {
  const lines = params.map(
    ({ name, type, about, ...rest }) =>
      `@param ${type} ${name} ${about}${'otherwise' in rest ? ` (default: ${rest.otherwise})` : ''}`,
  );
  return [help, '', ...lines, `@return ${returns}`].join('\n');
}

/** A peer of pushing: graphql-ws + TypeGraphQL with its own publish and subscribe, as their documentation puts them together. */
import 'reflect-metadata';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createPubSub } from '@graphql-yoga/subscription';
import { useServer as serveSockets } from 'graphql-ws/use/ws';
import { buildSchemaSync } from 'type-graphql';
import { WebSocketServer } from 'ws';
import { memberId } from '../fill/identity.ts';
import { ready } from '../support/parent.ts';
import { AWARD_TOPIC, BOARD_TOPIC, BoardResolver } from './board.resolver.ts';
import { type Award, awardOf, type BoardUpdate, nextBoard } from './board.types.ts';
import { takeLiveOrders } from './live-orders.ts';

type Topics = Record<typeof BOARD_TOPIC, [BoardUpdate]> & Record<typeof AWARD_TOPIC, [string, Award]>;

const pubSub = createPubSub<Topics>();
const schema = buildSchemaSync({ resolvers: [BoardResolver], pubSub, validate: false });
const http = createServer();
serveSockets({ schema }, new WebSocketServer({ server: http, path: '/graphql' }));
http.listen(0, '127.0.0.1', () => {
  process.once('SIGTERM', () => process.exit(0));
  takeLiveOrders({
    board: () => pubSub.publish(BOARD_TOPIC, nextBoard()),
    award: (member) => pubSub.publish(AWARD_TOPIC, memberId(member), awardOf(member)),
  });
  ready(`http://127.0.0.1:${(http.address() as AddressInfo).port}/graphql`);
});

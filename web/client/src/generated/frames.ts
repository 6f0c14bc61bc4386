// Made from asyncapi.json by `npm run generate`; not to be edited.

interface components {
    schemas: {
        /** @description A verb is done. */
        AckFrame: {
            /** @description the client's id of the request */
            id?: string | number;
            /** @description what the verb gives */
            result: unknown;
            /** @constant */
            type: "ack";
        };
        /** @description The token runs out soon; send `auth`. */
        AuthExpiringFrame: {
            /**
             * Format: int64
             * @description when the connection will close 4202
             */
            expires_at: number;
            /** @constant */
            type: "auth_expiring";
        };
        /** @description Replaces the token of a live connection. */
        AuthRequest: {
            /** @description the client's id of the request */
            id?: string | number;
            /** @description a fresh token of the same user */
            token: string;
            /** @constant */
            type: "auth";
        };
        /** @description The first frame where the socket greets. */
        ConnectionEstablishedFrame: {
            /** @description the id of this connection */
            client: string;
            /** @description after so long without a frame the server pings */
            heartbeat_ms: number;
            /** @description max_frame_bytes, max_topics, max_replay, max_queue_bytes */
            limits: Record<string, unknown>;
            /**
             * Format: int64
             * @description the server's clock
             */
            server_time: number;
            /** @description the id of this connection, for support */
            session: string;
            /** @constant */
            type: "connection_established";
            /** @description who it is, when that is known */
            user_id?: string;
            /** @description the server's version */
            version: string;
        };
        /** @description Signs in and restores all subscriptions at once. Each topic is answered by `subscribed` or by `unsubscribed` with a code; the `ack` comes last. */
        ConnectRequest: {
            /** @description the client's id of the request */
            id?: string | number;
            /** @description topic → position, null to begin anew, or {since, throttle_ms, presence} */
            resume?: Record<string, unknown>;
            /** @description who it is, when the handshake did not say */
            token?: string;
            /** @constant */
            type: "connect";
        };
        /** @description What programs need: a JSON object of at most 16 KiB */
        Data: Record<string, unknown>;
        DecimalInput: number | string;
        /** @description A request was not done. The connection stays. */
        ErrorFrame: {
            /** @description the word for programs; docs/errors.md lists them */
            code: string;
            /** @description more for programs */
            details?: unknown;
            /** @description the client's id of the request */
            id?: string | number;
            /** @description a sentence for people */
            message: string;
            /** @description whether the same request may succeed later */
            retry: boolean;
            /** @description how long to wait, in milliseconds */
            retry_after_ms?: number;
            /** @description the HTTP status that says the same */
            status: number;
            /** @constant */
            type: "error";
        };
        /** @description A line about one auction among many: a frame of its own, or an item of a list. */
        Headline: {
            auction_id: components["schemas"]["Id"];
            /** Format: int64 */
            bid_count: number;
            currency: string;
            ends_at: components["schemas"]["Timestamp"];
            leader_alias?: string | null;
            /** Format: int64 */
            log_seq: number;
            price: components["schemas"]["Money"];
            /**
             * Format: int64
             * @description The server's clock when this was written, Unix milliseconds.
             */
            server_time: number;
            starts_at: components["schemas"]["Timestamp"];
            /** @example live */
            status: string;
            title: string;
            /** @description In a frame of its own only. */
            type?: string | null;
        };
        /** @description The answer to `history`. */
        HistoryFrame: {
            /** @description the topic */
            ch: string;
            /** @description the frames, ascending, or descending in reverse */
            events: unknown[];
            /** @description the client's id of the request */
            id?: string | number;
            /** @description whether there are more in this direction */
            more: boolean;
            /** @constant */
            type: "history";
        };
        /** @description Reads a joined topic's journal, as after a `resync`. */
        HistoryRequest: {
            /** @description the topic */
            ch: string;
            /** @description the client's id of the request */
            id?: string | number;
            /** @description at most so many events; 100 unless told, 1,000 at most */
            limit?: number;
            /** @description the newest first */
            reverse?: boolean;
            /** @description or a bare seq; events after it (before it in reverse) */
            since?: [
                number,
                string
            ];
            /** @constant */
            type: "history";
        };
        /**
         * Format: uuid
         * @description UUIDv7, lower-case
         */
        Id: string;
        /** @description decimal number with exactly the currency's digits */
        Money: number;
        /** @description A row of somebody's inbox. */
        Notification: {
            /** @description Where to go: a path in the app, or an address that begins with `https://`. */
            action_url?: string | null;
            actor?: components["schemas"]["UserId"] | null;
            /** @description A few lines; may be empty. */
            body: string;
            /**
             * @description In the large: `auction`, `bidding`, `job`, `chat`, `property_alert`, `portfolio`, `team`,
             *     `account`, `system`.
             */
            category: string;
            /** @description When it came. */
            created_at: components["schemas"]["Timestamp"];
            data?: components["schemas"]["Data"] | null;
            dismissed_at?: components["schemas"]["Timestamp"] | null;
            expires_at?: components["schemas"]["Timestamp"] | null;
            /** @description Its id. */
            id: components["schemas"]["Id"];
            /**
             * Format: int64
             * @description Its number in this inbox: 1, 2, 3 …
             */
            inbox_no: number;
            object_id?: components["schemas"]["Id"] | null;
            /** @description The family of the object that it speaks of: `property`, `auction`, `job` … */
            object_type?: string | null;
            /** @description How urgent: `low`, `medium`, `high`, `critical`. */
            priority: string;
            read_at?: components["schemas"]["Timestamp"] | null;
            seen_at?: components["schemas"]["Timestamp"] | null;
            /** @description One line. */
            title: string;
            /** @description What kind of notice: `auction.postponed`, `job.accepted` … */
            type: string;
        };
        /** @description How the one who asks stands. */
        OwnPart: {
            /** @description How others know them here; none before they take part. */
            alias?: string | null;
            held?: components["schemas"]["Money"] | null;
            /** @description Whether they have a place at this moment. */
            leading: boolean;
            limit?: components["schemas"]["Money"] | null;
            max?: components["schemas"]["Money"] | null;
            /** @description `pending`, `approved` or `rejected`; none before they have registered or bid. */
            registration?: string | null;
            /** @description Whether they sell it. */
            selling: boolean;
            watching: boolean;
            /** @description Whether they have won it. */
            won: boolean;
        };
        /** @description Answered by `pong` at once, also while a verb runs. */
        PingRequest: {
            /** @description the client's id of the request */
            id?: string | number;
            /** @description the client's clock, echoed */
            t0?: number;
            /** @constant */
            type: "ping";
        };
        /** @description The answer to `ping`. */
        PongFrame: {
            /** @description the client's id of the request */
            id?: string | number;
            /** @description as it came */
            t0?: number;
            /**
             * Format: int64
             * @description the server's clock
             */
            ts: number;
            /** @constant */
            type: "pong";
        };
        /** @description A user has come, with the first of their connections. */
        PresenceJoinFrame: {
            /** @description the topic */
            ch: string;
            /** @description what the user's client says of itself */
            state?: unknown;
            /** @constant */
            type: "presence_join";
            /** @description who */
            user_id: string;
        };
        /** @description A user has gone: none of their connections came back within 5 s. */
        PresenceLeaveFrame: {
            /** @description the topic */
            ch: string;
            /** @constant */
            type: "presence_leave";
            /** @description who */
            user_id: string;
        };
        /** @description Who is there, all of them: replaces what the client knew. After `subscribed`, and again after the client was too slow for each change. */
        PresenceStateFrame: {
            /** @description the topic */
            ch: string;
            /** @description how many there are */
            count: number;
            /** @constant */
            type: "presence_state";
            /** @description {user_id, state?} each, at most 1,000 */
            users: unknown[];
        };
        /** @description A user's state has changed. */
        PresenceUpdateFrame: {
            /** @description the topic */
            ch: string;
            /** @description the new state; null when it was taken away */
            state: unknown;
            /** @constant */
            type: "presence_update";
            /** @description who */
            user_id: string;
        };
        /** @description Says how the user is, on a topic joined with `presence`. Answered when it has an `id`. */
        PresenceUpdateRequest: {
            /** @description the topic */
            ch: string;
            /** @description the client's id of the request */
            id?: string | number;
            /** @description what others see beside the user, at most 256 bytes of JSON */
            state?: unknown;
            /** @constant */
            type: "presence_update";
        };
        /** @description What watchers of `property:<id>` get. */
        PropertyAuctionUpdateFrame: {
            /** @description the topic, where it came over one */
            ch?: string;
            propertyId: string;
            /** @description its number in the topic, where that is a stream */
            seq?: number;
            timestamp: string;
            /** @description when it was committed or sent, in Unix milliseconds */
            ts?: number;
            /** @constant */
            type: "auction_update";
            /** @description The `update` of an `auction_update`: only what changed is there. */
            update: {
                /** @description The date of the auction. */
                auctionDateChanged?: {
                    /** @description Local date now; null when there is none. */
                    new?: string | null;
                    /** @description The hour now, as `10:00 AM`; only there when it changed together with the date. */
                    newTime?: string | null;
                    /** @description Local date before, `YYYY-MM-DD`; null when there was none. */
                    old?: string | null;
                    /**
                     * @description How it moved.
                     * @enum {string}
                     */
                    type: "postponement" | "advancement" | "scheduled" | "unscheduled";
                } | null;
                /** @description The hour alone. */
                auctionTimeChanged?: {
                    /** @description Local hour now; null when it is not known. */
                    new?: string | null;
                    /** @description Local hour before, as `10:00 AM`; null when it was not known. */
                    old?: string | null;
                    /**
                     * @description How it moved.
                     * @enum {string}
                     */
                    type: "postponement" | "advancement" | "scheduled" | "unscheduled";
                } | null;
                /** @description Names of the other fields that changed. */
                minorChanged?: string[];
                /** @description The opening bid. */
                openingBidChanged?: {
                    /**
                     * Format: double
                     * @description New less old; null when either is.
                     */
                    difference?: number | null;
                    /**
                     * Format: double
                     * @description Now; null when it is not known.
                     */
                    new?: number | null;
                    /**
                     * Format: double
                     * @description Before; null when it was not known.
                     */
                    old?: number | null;
                } | null;
                /** @description The property was deleted. */
                removed?: boolean;
                /** @description The status. */
                statusChanged?: {
                    /** @description Now. */
                    new: string;
                    /** @description Before. */
                    old: string;
                } | null;
            };
        };
        /** @description One line of a leaderboard. */
        Rank: {
            alias: string;
            /**
             * @description For who has a place the price, for everybody else their maximum, which is no secret any
             *     more.
             */
            amount: components["schemas"]["Money"];
            /** @description When they bid it. */
            at: components["schemas"]["Timestamp"];
            /** @description Whether it is oneself; not said in what many see alike. */
            me?: boolean | null;
            /**
             * Format: int64
             * @description From 1.
             */
            rank: number;
        };
        /** @description The server goes down; the connection closes 4200 next. */
        ReconnectFrame: {
            /** @description wait so long, in milliseconds, before coming back */
            after_ms: number;
            /** @description draining */
            reason: string;
            /** @constant */
            type: "reconnect";
        };
        /** @description Events are missing; live frames go on behind `to`. After slow_consumer pull them by `history`; else subscribe anew for a snapshot. */
        ResyncFrame: {
            /** @description the topic */
            ch: string;
            /** @description the first event that did not come */
            from: number;
            /** @description slow_consumer, expired or missing */
            reason: string;
            /** @description the last event that did not come */
            to: number;
            /** @constant */
            type: "resync";
        };
        /** @description The topic is live: every later event follows. */
        SubscribedFrame: {
            /** @description the topic */
            ch: string;
            /** @description the epoch of `seq` or `version` */
            ep?: string;
            /** @description the frames after the asked position, in order */
            events?: unknown[];
            /** @description the client's id of the request */
            id?: string | number;
            /** @description whether the asked position was continued without a gap, or is the newest */
            recovered: boolean;
            /** @description events and snapshot lead up to here; streams only */
            seq?: number;
            /** @description the state at `seq`; always there when not recovered, where the topic has one */
            snapshot?: unknown;
            /** @constant */
            type: "subscribed";
            /** @description the newest values, as frames */
            values?: unknown[];
            /** @description everything up to here is known; newest values only */
            version?: number;
        };
        /** @description Joins a topic, or begins it anew. Answered by `subscribed` once it is live. */
        SubscribeRequest: {
            /** @description the topic */
            ch: string;
            /** @description the client's id of the request */
            id?: string | number;
            /** @description watch who is there, and be seen there */
            presence?: boolean;
            /** @description everything up to here is known; of newest values, [version, ep] */
            since?: [
                number,
                string
            ];
            /** @description send the snapshot even when resumed */
            snapshot?: boolean;
            /** @description newest values only: at most one frame per key in this time, the last one always */
            throttle_ms?: number;
            /** @constant */
            type: "subscribe";
        };
        /**
         * Format: date-time
         * @description RFC 3339, UTC, milliseconds
         */
        Timestamp: string;
        /** @description The topic is left. */
        UnsubscribedFrame: {
            /** @description the topic */
            ch: string;
            /** @description why, when the client did not ask for it */
            code?: string;
            /** @description the client's id of the request */
            id?: string | number;
            /** @constant */
            type: "unsubscribed";
        };
        /** @description Leaves a topic. Answered by `unsubscribed`. */
        UnsubscribeRequest: {
            /** @description the topic */
            ch: string;
            /** @description the client's id of the request */
            id?: string | number;
            /** @constant */
            type: "unsubscribe";
        };
        /**
         * @description What the user may see has changed, or sessions of theirs have ended. The kit knows this frame by
         *     its type, which comes first, and closes the user's connections behind it.
         */
        UserAccessChangedFrame: {
            /** @description the topic, where it came over one */
            ch?: string;
            /** @description `roles`, `deactivated`, `password`, `logout` or `reuse`; more may come. */
            reason: string;
            /** @description its number in the topic, where that is a stream */
            seq?: number;
            session?: components["schemas"]["Id"] | null;
            /** @description when it was committed or sent, in Unix milliseconds */
            ts?: number;
            /** @constant */
            type: "access_changed";
        };
        /**
         * Format: uuid
         * @description UUIDv7, lower-case
         */
        UserId: string;
        /** @description A notification came. */
        UserNewNotificationFrame: {
            /** @description the topic, where it came over one */
            ch?: string;
            /**
             * Format: int64
             * @description Its number in the inbox, for `mark_all_read {up_to}`.
             */
            inbox_no: number;
            /** @description The row. */
            notification: components["schemas"]["Notification"];
            /** @description its number in the topic, where that is a stream */
            seq?: number;
            /** @description when it was committed or sent, in Unix milliseconds */
            ts?: number;
            /** @constant */
            type: "new_notification";
        };
        /** @description Several notifications were read, put away or shown at once. Either `ids` or `up_to` is there. */
        UserNotificationsUpdatedFrame: {
            /** @description When. */
            at: components["schemas"]["Timestamp"];
            /** @description the topic, where it came over one */
            ch?: string;
            /** @description `read`, `dismissed` or `seen`. */
            change: string;
            /** @description Which. */
            ids?: components["schemas"]["Id"][];
            /** @description its number in the topic, where that is a stream */
            seq?: number;
            /** @description when it was committed or sent, in Unix milliseconds */
            ts?: number;
            /** @constant */
            type: "notifications_updated";
            /**
             * Format: int64
             * @description All that were open up to this `inbox_no`.
             */
            up_to?: number | null;
        };
        /** @description One notification was read, marked unread or put away. */
        UserNotificationUpdatedFrame: {
            /** @description the topic, where it came over one */
            ch?: string;
            dismissed_at?: components["schemas"]["Timestamp"] | null;
            /** @description Which. */
            id: components["schemas"]["Id"];
            /**
             * Format: int64
             * @description Its number in the inbox.
             */
            inbox_no: number;
            read_at?: components["schemas"]["Timestamp"] | null;
            seen_at?: components["schemas"]["Timestamp"] | null;
            /** @description its number in the topic, where that is a stream */
            seq?: number;
            /** @description when it was committed or sent, in Unix milliseconds */
            ts?: number;
            /** @constant */
            type: "notification_updated";
        };
        /** @description Somebody has lost their place; to them alone. */
        UserOutbidFrame: {
            auction_id: components["schemas"]["Id"];
            /** @description the topic, where it came over one */
            ch?: string;
            ends_at: components["schemas"]["Timestamp"];
            /** Format: int64 */
            log_seq: number;
            /** @description The least that brings the place back. */
            min_next: components["schemas"]["Money"];
            price: components["schemas"]["Money"];
            /** @description its number in the topic, where that is a stream */
            seq?: number;
            title: string;
            /** @description when it was committed or sent, in Unix milliseconds */
            ts?: number;
            /** @constant */
            type: "outbid";
        };
        /**
         * @description The user's preferences have changed. They are not in it: the frame is kept, and addresses must
         *     not be.
         */
        UserPreferencesUpdatedFrame: {
            /** @description the topic, where it came over one */
            ch?: string;
            /** @description its number in the topic, where that is a stream */
            seq?: number;
            /** @description when it was committed or sent, in Unix milliseconds */
            ts?: number;
            /** @constant */
            type: "preferences_updated";
            /** @description When. */
            updated_at: components["schemas"]["Timestamp"];
            /**
             * Format: int64
             * @description Their version now, as in the `ETag`.
             */
            version: number;
        };
        /** @description the user began or ceased to watch a property, here or elsewhere */
        UserWatchlistChangedFrame: {
            /** @description the topic, where it came over one */
            ch?: string;
            property_id: string;
            /** @description its number in the topic, where that is a stream */
            seq?: number;
            /** @description when it was committed or sent, in Unix milliseconds */
            ts?: number;
            /** @constant */
            type: "watchlist_changed";
            watched: boolean;
        };
        /** @description The complete public state of an auction. Whoever has one with a higher `log_seq` needs no other. */
        WsAuctionIdAuctionCancelledFrame: {
            auction_id: components["schemas"]["Id"];
            /** Format: int64 */
            bid_count: number;
            /** Format: int64 */
            bidder_count: number;
            buy_now?: components["schemas"]["Money"] | null;
            /** @description the topic, where it came over one */
            ch?: string;
            currency: string;
            decide_by?: components["schemas"]["Timestamp"] | null;
            ends_at: components["schemas"]["Timestamp"];
            /**
             * Format: int32
             * @description How often late bids have moved the end.
             */
            extensions: number;
            /** @description By what name others know who leads. */
            leader_alias?: string | null;
            /**
             * Format: int64
             * @description The number of the last entry of its log.
             */
            log_seq: number;
            me?: components["schemas"]["OwnPart"] | null;
            /** @description The least that the next bidder has to offer. */
            min_next: components["schemas"]["Money"];
            /** @description What the leader would pay now; the start before the first bid. */
            price: components["schemas"]["Money"];
            /** @description Whether the highest maximum meets the reserve. */
            reserve_met: boolean;
            /** @description its number in the topic, where that is a stream */
            seq?: number;
            /**
             * Format: int64
             * @description The server's clock when this was written, Unix milliseconds.
             */
            server_time: number;
            starts_at: components["schemas"]["Timestamp"];
            /** @example live */
            status: string;
            /** @description when it was committed or sent, in Unix milliseconds */
            ts?: number;
            /** @constant */
            type: "auction_cancelled";
        };
        /** @description The complete public state of an auction. Whoever has one with a higher `log_seq` needs no other. */
        WsAuctionIdAuctionEditedFrame: {
            auction_id: components["schemas"]["Id"];
            /** Format: int64 */
            bid_count: number;
            /** Format: int64 */
            bidder_count: number;
            buy_now?: components["schemas"]["Money"] | null;
            /** @description the topic, where it came over one */
            ch?: string;
            currency: string;
            decide_by?: components["schemas"]["Timestamp"] | null;
            ends_at: components["schemas"]["Timestamp"];
            /**
             * Format: int32
             * @description How often late bids have moved the end.
             */
            extensions: number;
            /** @description By what name others know who leads. */
            leader_alias?: string | null;
            /**
             * Format: int64
             * @description The number of the last entry of its log.
             */
            log_seq: number;
            me?: components["schemas"]["OwnPart"] | null;
            /** @description The least that the next bidder has to offer. */
            min_next: components["schemas"]["Money"];
            /** @description What the leader would pay now; the start before the first bid. */
            price: components["schemas"]["Money"];
            /** @description Whether the highest maximum meets the reserve. */
            reserve_met: boolean;
            /** @description its number in the topic, where that is a stream */
            seq?: number;
            /**
             * Format: int64
             * @description The server's clock when this was written, Unix milliseconds.
             */
            server_time: number;
            starts_at: components["schemas"]["Timestamp"];
            /** @example live */
            status: string;
            /** @description when it was committed or sent, in Unix milliseconds */
            ts?: number;
            /** @constant */
            type: "auction_edited";
        };
        /** @description The complete public state of an auction. Whoever has one with a higher `log_seq` needs no other. */
        WsAuctionIdAuctionEndedFrame: {
            auction_id: components["schemas"]["Id"];
            /** Format: int64 */
            bid_count: number;
            /** Format: int64 */
            bidder_count: number;
            buy_now?: components["schemas"]["Money"] | null;
            /** @description the topic, where it came over one */
            ch?: string;
            currency: string;
            decide_by?: components["schemas"]["Timestamp"] | null;
            ends_at: components["schemas"]["Timestamp"];
            /**
             * Format: int32
             * @description How often late bids have moved the end.
             */
            extensions: number;
            /** @description By what name others know who leads. */
            leader_alias?: string | null;
            /**
             * Format: int64
             * @description The number of the last entry of its log.
             */
            log_seq: number;
            me?: components["schemas"]["OwnPart"] | null;
            /** @description The least that the next bidder has to offer. */
            min_next: components["schemas"]["Money"];
            /** @description What the leader would pay now; the start before the first bid. */
            price: components["schemas"]["Money"];
            /** @description Whether the highest maximum meets the reserve. */
            reserve_met: boolean;
            /** @description its number in the topic, where that is a stream */
            seq?: number;
            /**
             * Format: int64
             * @description The server's clock when this was written, Unix milliseconds.
             */
            server_time: number;
            starts_at: components["schemas"]["Timestamp"];
            /** @example live */
            status: string;
            /** @description when it was committed or sent, in Unix milliseconds */
            ts?: number;
            /** @constant */
            type: "auction_ended";
        };
        /** @description The complete public state of an auction. Whoever has one with a higher `log_seq` needs no other. */
        WsAuctionIdAuctionExtendedFrame: {
            auction_id: components["schemas"]["Id"];
            /** Format: int64 */
            bid_count: number;
            /** Format: int64 */
            bidder_count: number;
            buy_now?: components["schemas"]["Money"] | null;
            /** @description the topic, where it came over one */
            ch?: string;
            currency: string;
            decide_by?: components["schemas"]["Timestamp"] | null;
            ends_at: components["schemas"]["Timestamp"];
            /**
             * Format: int32
             * @description How often late bids have moved the end.
             */
            extensions: number;
            /** @description By what name others know who leads. */
            leader_alias?: string | null;
            /**
             * Format: int64
             * @description The number of the last entry of its log.
             */
            log_seq: number;
            me?: components["schemas"]["OwnPart"] | null;
            /** @description The least that the next bidder has to offer. */
            min_next: components["schemas"]["Money"];
            /** @description What the leader would pay now; the start before the first bid. */
            price: components["schemas"]["Money"];
            /** @description Whether the highest maximum meets the reserve. */
            reserve_met: boolean;
            /** @description its number in the topic, where that is a stream */
            seq?: number;
            /**
             * Format: int64
             * @description The server's clock when this was written, Unix milliseconds.
             */
            server_time: number;
            starts_at: components["schemas"]["Timestamp"];
            /** @example live */
            status: string;
            /** @description when it was committed or sent, in Unix milliseconds */
            ts?: number;
            /** @constant */
            type: "auction_extended";
        };
        /** @description The complete public state of an auction. Whoever has one with a higher `log_seq` needs no other. */
        WsAuctionIdAuctionPausedFrame: {
            auction_id: components["schemas"]["Id"];
            /** Format: int64 */
            bid_count: number;
            /** Format: int64 */
            bidder_count: number;
            buy_now?: components["schemas"]["Money"] | null;
            /** @description the topic, where it came over one */
            ch?: string;
            currency: string;
            decide_by?: components["schemas"]["Timestamp"] | null;
            ends_at: components["schemas"]["Timestamp"];
            /**
             * Format: int32
             * @description How often late bids have moved the end.
             */
            extensions: number;
            /** @description By what name others know who leads. */
            leader_alias?: string | null;
            /**
             * Format: int64
             * @description The number of the last entry of its log.
             */
            log_seq: number;
            me?: components["schemas"]["OwnPart"] | null;
            /** @description The least that the next bidder has to offer. */
            min_next: components["schemas"]["Money"];
            /** @description What the leader would pay now; the start before the first bid. */
            price: components["schemas"]["Money"];
            /** @description Whether the highest maximum meets the reserve. */
            reserve_met: boolean;
            /** @description its number in the topic, where that is a stream */
            seq?: number;
            /**
             * Format: int64
             * @description The server's clock when this was written, Unix milliseconds.
             */
            server_time: number;
            starts_at: components["schemas"]["Timestamp"];
            /** @example live */
            status: string;
            /** @description when it was committed or sent, in Unix milliseconds */
            ts?: number;
            /** @constant */
            type: "auction_paused";
        };
        /** @description The complete public state of an auction. Whoever has one with a higher `log_seq` needs no other. */
        WsAuctionIdAuctionResumedFrame: {
            auction_id: components["schemas"]["Id"];
            /** Format: int64 */
            bid_count: number;
            /** Format: int64 */
            bidder_count: number;
            buy_now?: components["schemas"]["Money"] | null;
            /** @description the topic, where it came over one */
            ch?: string;
            currency: string;
            decide_by?: components["schemas"]["Timestamp"] | null;
            ends_at: components["schemas"]["Timestamp"];
            /**
             * Format: int32
             * @description How often late bids have moved the end.
             */
            extensions: number;
            /** @description By what name others know who leads. */
            leader_alias?: string | null;
            /**
             * Format: int64
             * @description The number of the last entry of its log.
             */
            log_seq: number;
            me?: components["schemas"]["OwnPart"] | null;
            /** @description The least that the next bidder has to offer. */
            min_next: components["schemas"]["Money"];
            /** @description What the leader would pay now; the start before the first bid. */
            price: components["schemas"]["Money"];
            /** @description Whether the highest maximum meets the reserve. */
            reserve_met: boolean;
            /** @description its number in the topic, where that is a stream */
            seq?: number;
            /**
             * Format: int64
             * @description The server's clock when this was written, Unix milliseconds.
             */
            server_time: number;
            starts_at: components["schemas"]["Timestamp"];
            /** @example live */
            status: string;
            /** @description when it was committed or sent, in Unix milliseconds */
            ts?: number;
            /** @constant */
            type: "auction_resumed";
        };
        /** @description The complete public state of an auction. Whoever has one with a higher `log_seq` needs no other. */
        WsAuctionIdAuctionSettledFrame: {
            auction_id: components["schemas"]["Id"];
            /** Format: int64 */
            bid_count: number;
            /** Format: int64 */
            bidder_count: number;
            buy_now?: components["schemas"]["Money"] | null;
            /** @description the topic, where it came over one */
            ch?: string;
            currency: string;
            decide_by?: components["schemas"]["Timestamp"] | null;
            ends_at: components["schemas"]["Timestamp"];
            /**
             * Format: int32
             * @description How often late bids have moved the end.
             */
            extensions: number;
            /** @description By what name others know who leads. */
            leader_alias?: string | null;
            /**
             * Format: int64
             * @description The number of the last entry of its log.
             */
            log_seq: number;
            me?: components["schemas"]["OwnPart"] | null;
            /** @description The least that the next bidder has to offer. */
            min_next: components["schemas"]["Money"];
            /** @description What the leader would pay now; the start before the first bid. */
            price: components["schemas"]["Money"];
            /** @description Whether the highest maximum meets the reserve. */
            reserve_met: boolean;
            /** @description its number in the topic, where that is a stream */
            seq?: number;
            /**
             * Format: int64
             * @description The server's clock when this was written, Unix milliseconds.
             */
            server_time: number;
            starts_at: components["schemas"]["Timestamp"];
            /** @example live */
            status: string;
            /** @description when it was committed or sent, in Unix milliseconds */
            ts?: number;
            /** @constant */
            type: "auction_settled";
        };
        /** @description The complete public state of an auction. Whoever has one with a higher `log_seq` needs no other. */
        WsAuctionIdAuctionStartedFrame: {
            auction_id: components["schemas"]["Id"];
            /** Format: int64 */
            bid_count: number;
            /** Format: int64 */
            bidder_count: number;
            buy_now?: components["schemas"]["Money"] | null;
            /** @description the topic, where it came over one */
            ch?: string;
            currency: string;
            decide_by?: components["schemas"]["Timestamp"] | null;
            ends_at: components["schemas"]["Timestamp"];
            /**
             * Format: int32
             * @description How often late bids have moved the end.
             */
            extensions: number;
            /** @description By what name others know who leads. */
            leader_alias?: string | null;
            /**
             * Format: int64
             * @description The number of the last entry of its log.
             */
            log_seq: number;
            me?: components["schemas"]["OwnPart"] | null;
            /** @description The least that the next bidder has to offer. */
            min_next: components["schemas"]["Money"];
            /** @description What the leader would pay now; the start before the first bid. */
            price: components["schemas"]["Money"];
            /** @description Whether the highest maximum meets the reserve. */
            reserve_met: boolean;
            /** @description its number in the topic, where that is a stream */
            seq?: number;
            /**
             * Format: int64
             * @description The server's clock when this was written, Unix milliseconds.
             */
            server_time: number;
            starts_at: components["schemas"]["Timestamp"];
            /** @example live */
            status: string;
            /** @description when it was committed or sent, in Unix milliseconds */
            ts?: number;
            /** @constant */
            type: "auction_started";
        };
        /** @description The complete public state of an auction. Whoever has one with a higher `log_seq` needs no other. */
        WsAuctionIdAuctionStateFrame: {
            auction_id: components["schemas"]["Id"];
            /** Format: int64 */
            bid_count: number;
            /** Format: int64 */
            bidder_count: number;
            buy_now?: components["schemas"]["Money"] | null;
            /** @description the topic, where it came over one */
            ch?: string;
            currency: string;
            decide_by?: components["schemas"]["Timestamp"] | null;
            ends_at: components["schemas"]["Timestamp"];
            /**
             * Format: int32
             * @description How often late bids have moved the end.
             */
            extensions: number;
            /** @description By what name others know who leads. */
            leader_alias?: string | null;
            /**
             * Format: int64
             * @description The number of the last entry of its log.
             */
            log_seq: number;
            me?: components["schemas"]["OwnPart"] | null;
            /** @description The least that the next bidder has to offer. */
            min_next: components["schemas"]["Money"];
            /** @description What the leader would pay now; the start before the first bid. */
            price: components["schemas"]["Money"];
            /** @description Whether the highest maximum meets the reserve. */
            reserve_met: boolean;
            /** @description its number in the topic, where that is a stream */
            seq?: number;
            /**
             * Format: int64
             * @description The server's clock when this was written, Unix milliseconds.
             */
            server_time: number;
            starts_at: components["schemas"]["Timestamp"];
            /** @example live */
            status: string;
            /** @description when it was committed or sent, in Unix milliseconds */
            ts?: number;
            /** @constant */
            type: "auction_state";
        };
        /** @description The complete public state of an auction. Whoever has one with a higher `log_seq` needs no other. */
        WsAuctionIdBidPlacedFrame: {
            auction_id: components["schemas"]["Id"];
            /** Format: int64 */
            bid_count: number;
            /** Format: int64 */
            bidder_count: number;
            buy_now?: components["schemas"]["Money"] | null;
            /** @description the topic, where it came over one */
            ch?: string;
            currency: string;
            decide_by?: components["schemas"]["Timestamp"] | null;
            ends_at: components["schemas"]["Timestamp"];
            /**
             * Format: int32
             * @description How often late bids have moved the end.
             */
            extensions: number;
            /** @description By what name others know who leads. */
            leader_alias?: string | null;
            /**
             * Format: int64
             * @description The number of the last entry of its log.
             */
            log_seq: number;
            me?: components["schemas"]["OwnPart"] | null;
            /** @description The least that the next bidder has to offer. */
            min_next: components["schemas"]["Money"];
            /** @description What the leader would pay now; the start before the first bid. */
            price: components["schemas"]["Money"];
            /** @description Whether the highest maximum meets the reserve. */
            reserve_met: boolean;
            /** @description its number in the topic, where that is a stream */
            seq?: number;
            /**
             * Format: int64
             * @description The server's clock when this was written, Unix milliseconds.
             */
            server_time: number;
            starts_at: components["schemas"]["Timestamp"];
            /** @example live */
            status: string;
            /** @description when it was committed or sent, in Unix milliseconds */
            ts?: number;
            /** @constant */
            type: "bid_placed";
        };
        /** @description Who stands where. */
        WsAuctionIdLeaderboardLeaderboardFrame: {
            auction_id: components["schemas"]["Id"];
            /** @description the topic, where it came over one */
            ch?: string;
            entries: components["schemas"]["Rank"][];
            /** Format: int64 */
            log_seq: number;
            /** @description its number in the topic, where that is a stream */
            seq?: number;
            /** @description when it was committed or sent, in Unix milliseconds */
            ts?: number;
            /** @constant */
            type: "leaderboard";
        };
        /** @description A bid: the frame `place_bid`, and the body of REST. */
        WsAuctionIdPlaceBidRequest: {
            /** @description Up to what the bidder goes. */
            amount: components["schemas"]["DecimalInput"];
            /** @description The price jumps to the amount at once, where the auction allows that. */
            exact?: boolean;
            /**
             * Format: int64
             * @description Only if the log has not gone on since.
             */
            if_log_seq?: number | null;
            /** @description The bidder's own name for this intent, a UUID say: the same name is the same bid. */
            key?: string | null;
            max_accept?: components["schemas"]["DecimalInput"] | null;
            /** @constant */
            type: "place_bid";
        };
        /** @description a verb about a property was refused */
        WsAuctionsErrorFrame: {
            /** @description `not_found` for a property that is unknown, another tenant's, or no text. */
            code: string;
            /** @description As in the request. */
            id?: unknown;
            message: string;
            /** @description As in the request, as text. */
            propertyId: string;
            retry: boolean;
            /** Format: int32 */
            status: number;
            /** @constant */
            type: "error";
        };
        /** @description the first frame: the watchlist's properties, read in one transaction with the place from which their `auction_update` frames go on; also the `snapshot` of `watchlist` */
        WsAuctionsInitialStateFrame: {
            /** @description The watched properties that exist, the newest on the list first. */
            auctions: {
                /** @description `YYYY-MM-DD`. */
                auctionDate?: string | null;
                /** @description As people say it: `10:00 AM`. */
                auctionTime?: string | null;
                city: string;
                /** @description preforeclosure, auction, sold, reo, cancelled or redeemed. */
                foreclosureStatus: string;
                /**
                 * Format: double
                 * @description Decimal number with the currency's digits.
                 */
                openingBid?: number | null;
                propertyId: string;
                state: string;
                street: string;
                zipCode?: string | null;
            }[];
            /** @description Only there when the watchlist is longer than the 500 that a socket follows. */
            truncated?: boolean | null;
            /** @constant */
            type: "initial_state";
        };
        /** @description the property is followed from here on: on request, or because it was watched */
        WsAuctionsSubscribedFrame: {
            auction: {
                /** @description `YYYY-MM-DD`. */
                auctionDate?: string | null;
                /** @description As people say it: `10:00 AM`. */
                auctionTime?: string | null;
                city: string;
                /** @description preforeclosure, auction, sold, reo, cancelled or redeemed. */
                foreclosureStatus: string;
                /**
                 * Format: double
                 * @description Decimal number with the currency's digits.
                 */
                openingBid?: number | null;
                propertyId: string;
                state: string;
                street: string;
                zipCode?: string | null;
            };
            /** @description the topic, where it came over one */
            ch?: string;
            /** @description As in the request. */
            id?: unknown;
            propertyId: string;
            /** @description its number in the topic, where that is a stream */
            seq?: number;
            /** @description when it was committed or sent, in Unix milliseconds */
            ts?: number;
            /** @constant */
            type: "subscribed";
        };
        /** @description follow a property for this session; answered by `subscribed` with its state */
        WsAuctionsSubscribeRequest: {
            id?: unknown;
            propertyId: string;
            /** @constant */
            type: "subscribe";
        };
        /** @description the property is no longer followed: on request, or because it is no longer watched */
        WsAuctionsUnsubscribedFrame: {
            /** @description the topic, where it came over one */
            ch?: string;
            /** @description Why, when nobody asked for it. */
            code?: string | null;
            /** @description As in the request. */
            id?: unknown;
            propertyId: string;
            /** @description its number in the topic, where that is a stream */
            seq?: number;
            /** @description when it was committed or sent, in Unix milliseconds */
            ts?: number;
            /** @constant */
            type: "unsubscribed";
        };
        /** @description follow it no longer in this session; answered by `unsubscribed` */
        WsAuctionsUnsubscribeRequest: {
            id?: unknown;
            propertyId: string;
            /** @constant */
            type: "unsubscribe";
        };
        /** @description A line about one auction among many: a frame of its own, or an item of a list. */
        WsAuctionUpdatesAuctionHeadlineFrame: {
            auction_id: components["schemas"]["Id"];
            /** Format: int64 */
            bid_count: number;
            /** @description the topic, where it came over one */
            ch?: string;
            currency: string;
            ends_at: components["schemas"]["Timestamp"];
            leader_alias?: string | null;
            /** Format: int64 */
            log_seq: number;
            price: components["schemas"]["Money"];
            /** @description its number in the topic, where that is a stream */
            seq?: number;
            /**
             * Format: int64
             * @description The server's clock when this was written, Unix milliseconds.
             */
            server_time: number;
            starts_at: components["schemas"]["Timestamp"];
            /** @example live */
            status: string;
            title: string;
            /** @description when it was committed or sent, in Unix milliseconds */
            ts?: number;
            /** @constant */
            type: "auction_headline";
        };
        /** @description The auctions that are open, or soon will be. */
        WsAuctionUpdatesAuctionsStateFrame: {
            auctions: components["schemas"]["Headline"][];
            /**
             * Format: int64
             * @description The server's clock when this was written, Unix milliseconds.
             */
            server_time: number;
            /** @constant */
            type: "auctions_state";
        };
        /** @description Puts notifications away: `notification_id` or `ids`. (`id` is the frame's own.) */
        WsDismissRequest: {
            /** @description Several, at most 200. */
            ids?: components["schemas"]["Id"][] | null;
            /** @description Two verbs with one key are one. */
            key?: string | null;
            notification_id?: components["schemas"]["Id"] | null;
            /** @constant */
            type: "dismiss";
        };
        /** @description A verb without fields of its own. */
        WsGetUnreadCountRequest: {
            /** @constant */
            type: "get_unread_count";
        };
        /** @description Marks read what is unread. */
        WsMarkAllReadRequest: {
            /** @description Two verbs with one key are one. */
            key?: string | null;
            /** @constant */
            type: "mark_all_read";
            /**
             * Format: int64
             * @description Up to this `inbox_no`. Without it, on the inbox's own socket: up to what this socket was
             *     sent. On `/ws` it is required.
             */
            up_to?: number | null;
        };
        /** @description Marks notifications read: `notification_id`, `ids` or `up_to`. (`id` is the frame's own.) */
        WsMarkReadRequest: {
            /** @description Several, at most 200. */
            ids?: components["schemas"]["Id"][] | null;
            /** @description Two verbs with one key are one. */
            key?: string | null;
            notification_id?: components["schemas"]["Id"] | null;
            /** @constant */
            type: "mark_read";
            /**
             * Format: int64
             * @description All that are unread up to this `inbox_no`.
             */
            up_to?: number | null;
        };
        /** @description The counters, absolute. */
        WsNotificationsUserUnreadCountFrame: {
            /** @description the topic, where it came over one */
            ch?: string;
            /** @description its number in the topic, where that is a stream */
            seq?: number;
            /** @description when it was committed or sent, in Unix milliseconds */
            ts?: number;
            /** @constant */
            type: "unread_count";
            /**
             * Format: int64
             * @description How many are neither read nor dismissed nor expired.
             */
            unread: number;
            /**
             * Format: int64
             * @description How many of these were not shown yet.
             */
            unseen: number;
            /**
             * Format: int64
             * @description Of two frames the one with the higher version is newer.
             */
            version: number;
        };
        /** @description A bid on `/ws`, which serves all auctions. */
        WsPlaceBidRequest: {
            /** @description Up to what the bidder goes. */
            amount: components["schemas"]["DecimalInput"];
            /** @description Of which auction. */
            auction_id: components["schemas"]["Id"];
            exact?: boolean;
            /** Format: int64 */
            if_log_seq?: number | null;
            key?: string | null;
            max_accept?: components["schemas"]["DecimalInput"] | null;
            /** @constant */
            type: "place_bid";
        };
        /** @description The answer to `auth_test`. */
        WsTestAuthStatusFrame: {
            /** @description Whether a user is signed in. */
            authenticated: boolean;
            /**
             * Format: int64
             * @description When the token runs out, in Unix milliseconds.
             */
            expires_at?: number | null;
            /** @description As in the request. */
            id?: unknown;
            /**
             * @description Why nobody is signed in: `no_token`, or the code with which the last token was refused. Also
             *     there when a signed-in connection was brought a bad token.
             */
            reason?: string | null;
            /** @description Their roles at sign-in; none of nobody. */
            roles: string[];
            /** @constant */
            type: "auth_status";
            user_id?: components["schemas"]["UserId"] | null;
        };
        /** @description `auth_test`. */
        WsTestAuthTestRequest: {
            /** @constant */
            type: "auth_test";
        };
        /** @description The answer to `echo`. */
        WsTestEchoFrame: {
            /** @description As in the request. */
            id?: unknown;
            /** @description As it came, to the letter. */
            message: unknown;
            /**
             * Format: int64
             * @description The server's clock, in Unix milliseconds.
             */
            ts: number;
            /** @constant */
            type: "echo";
        };
        /** @description `echo`. */
        WsTestEchoRequest: {
            /** @description Any JSON. */
            message: unknown;
            /** @constant */
            type: "echo";
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}



export type AuthRequest = components["schemas"]["AuthRequest"];
export type ConnectRequest = components["schemas"]["ConnectRequest"];
export type HistoryRequest = components["schemas"]["HistoryRequest"];
export type PingRequest = components["schemas"]["PingRequest"];
export type PresenceUpdateRequest = components["schemas"]["PresenceUpdateRequest"];
export type SubscribeRequest = components["schemas"]["SubscribeRequest"];
export type UnsubscribeRequest = components["schemas"]["UnsubscribeRequest"];
export type AckFrame = components["schemas"]["AckFrame"];
export type AuthExpiringFrame = components["schemas"]["AuthExpiringFrame"];
export type ConnectionEstablishedFrame = components["schemas"]["ConnectionEstablishedFrame"];
export type ErrorFrame = components["schemas"]["ErrorFrame"];
export type HistoryFrame = components["schemas"]["HistoryFrame"];
export type PongFrame = components["schemas"]["PongFrame"];
export type PresenceJoinFrame = components["schemas"]["PresenceJoinFrame"];
export type PresenceLeaveFrame = components["schemas"]["PresenceLeaveFrame"];
export type PresenceStateFrame = components["schemas"]["PresenceStateFrame"];
export type PresenceUpdateFrame = components["schemas"]["PresenceUpdateFrame"];
export type ReconnectFrame = components["schemas"]["ReconnectFrame"];
export type ResyncFrame = components["schemas"]["ResyncFrame"];
export type SubscribedFrame = components["schemas"]["SubscribedFrame"];
export type UnsubscribedFrame = components["schemas"]["UnsubscribedFrame"];
export type PropertyAuctionUpdateFrame = components["schemas"]["PropertyAuctionUpdateFrame"];
export type UserAccessChangedFrame = components["schemas"]["UserAccessChangedFrame"];
export type UserNewNotificationFrame = components["schemas"]["UserNewNotificationFrame"];
export type UserNotificationUpdatedFrame = components["schemas"]["UserNotificationUpdatedFrame"];
export type UserNotificationsUpdatedFrame = components["schemas"]["UserNotificationsUpdatedFrame"];
export type UserOutbidFrame = components["schemas"]["UserOutbidFrame"];
export type UserPreferencesUpdatedFrame = components["schemas"]["UserPreferencesUpdatedFrame"];
export type UserWatchlistChangedFrame = components["schemas"]["UserWatchlistChangedFrame"];
export type WsDismissRequest = components["schemas"]["WsDismissRequest"];
export type WsGetUnreadCountRequest = components["schemas"]["WsGetUnreadCountRequest"];
export type WsMarkAllReadRequest = components["schemas"]["WsMarkAllReadRequest"];
export type WsMarkReadRequest = components["schemas"]["WsMarkReadRequest"];
export type WsPlaceBidRequest = components["schemas"]["WsPlaceBidRequest"];
export type WsAuctionUpdatesAuctionHeadlineFrame = components["schemas"]["WsAuctionUpdatesAuctionHeadlineFrame"];
export type WsAuctionUpdatesAuctionsStateFrame = components["schemas"]["WsAuctionUpdatesAuctionsStateFrame"];
export type WsAuctionIdPlaceBidRequest = components["schemas"]["WsAuctionIdPlaceBidRequest"];
export type WsAuctionIdAuctionCancelledFrame = components["schemas"]["WsAuctionIdAuctionCancelledFrame"];
export type WsAuctionIdAuctionEditedFrame = components["schemas"]["WsAuctionIdAuctionEditedFrame"];
export type WsAuctionIdAuctionEndedFrame = components["schemas"]["WsAuctionIdAuctionEndedFrame"];
export type WsAuctionIdAuctionExtendedFrame = components["schemas"]["WsAuctionIdAuctionExtendedFrame"];
export type WsAuctionIdAuctionPausedFrame = components["schemas"]["WsAuctionIdAuctionPausedFrame"];
export type WsAuctionIdAuctionResumedFrame = components["schemas"]["WsAuctionIdAuctionResumedFrame"];
export type WsAuctionIdAuctionSettledFrame = components["schemas"]["WsAuctionIdAuctionSettledFrame"];
export type WsAuctionIdAuctionStartedFrame = components["schemas"]["WsAuctionIdAuctionStartedFrame"];
export type WsAuctionIdAuctionStateFrame = components["schemas"]["WsAuctionIdAuctionStateFrame"];
export type WsAuctionIdBidPlacedFrame = components["schemas"]["WsAuctionIdBidPlacedFrame"];
export type WsAuctionIdLeaderboardLeaderboardFrame = components["schemas"]["WsAuctionIdLeaderboardLeaderboardFrame"];
export type WsAuctionsSubscribeRequest = components["schemas"]["WsAuctionsSubscribeRequest"];
export type WsAuctionsUnsubscribeRequest = components["schemas"]["WsAuctionsUnsubscribeRequest"];
export type WsAuctionsErrorFrame = components["schemas"]["WsAuctionsErrorFrame"];
export type WsAuctionsInitialStateFrame = components["schemas"]["WsAuctionsInitialStateFrame"];
export type WsAuctionsSubscribedFrame = components["schemas"]["WsAuctionsSubscribedFrame"];
export type WsAuctionsUnsubscribedFrame = components["schemas"]["WsAuctionsUnsubscribedFrame"];
export type WsNotificationsUserUnreadCountFrame = components["schemas"]["WsNotificationsUserUnreadCountFrame"];
export type WsTestAuthTestRequest = components["schemas"]["WsTestAuthTestRequest"];
export type WsTestEchoRequest = components["schemas"]["WsTestEchoRequest"];
export type WsTestAuthStatusFrame = components["schemas"]["WsTestAuthStatusFrame"];
export type WsTestEchoFrame = components["schemas"]["WsTestEchoFrame"];

/** What the server sends on `/ws`. */
export type WsServerFrame =
  | AckFrame
  | AuthExpiringFrame
  | ConnectionEstablishedFrame
  | ErrorFrame
  | HistoryFrame
  | PongFrame
  | PresenceJoinFrame
  | PresenceLeaveFrame
  | PresenceStateFrame
  | PresenceUpdateFrame
  | PropertyAuctionUpdateFrame
  | ReconnectFrame
  | ResyncFrame
  | SubscribedFrame
  | UnsubscribedFrame
  | UserAccessChangedFrame
  | UserNewNotificationFrame
  | UserNotificationUpdatedFrame
  | UserNotificationsUpdatedFrame
  | UserOutbidFrame
  | UserPreferencesUpdatedFrame
  | UserWatchlistChangedFrame
  | WsAuctionIdAuctionCancelledFrame
  | WsAuctionIdAuctionEditedFrame
  | WsAuctionIdAuctionEndedFrame
  | WsAuctionIdAuctionExtendedFrame
  | WsAuctionIdAuctionPausedFrame
  | WsAuctionIdAuctionResumedFrame
  | WsAuctionIdAuctionSettledFrame
  | WsAuctionIdAuctionStartedFrame
  | WsAuctionIdAuctionStateFrame
  | WsAuctionIdBidPlacedFrame
  | WsAuctionIdLeaderboardLeaderboardFrame
  | WsAuctionUpdatesAuctionHeadlineFrame
  | WsAuctionsSubscribedFrame
  | WsAuctionsUnsubscribedFrame
  | WsNotificationsUserUnreadCountFrame;

/** What a client may send on `/ws`. */
export type WsClientFrame =
  | AuthRequest
  | ConnectRequest
  | HistoryRequest
  | PingRequest
  | PresenceUpdateRequest
  | SubscribeRequest
  | UnsubscribeRequest
  | WsDismissRequest
  | WsGetUnreadCountRequest
  | WsMarkAllReadRequest
  | WsMarkReadRequest
  | WsPlaceBidRequest;

/** What the server sends on `/ws/auction-updates`. */
export type WsAuctionUpdatesServerFrame =
  | AckFrame
  | AuthExpiringFrame
  | ConnectionEstablishedFrame
  | ErrorFrame
  | HistoryFrame
  | PongFrame
  | PresenceJoinFrame
  | PresenceLeaveFrame
  | PresenceStateFrame
  | PresenceUpdateFrame
  | ReconnectFrame
  | ResyncFrame
  | SubscribedFrame
  | UnsubscribedFrame
  | WsAuctionUpdatesAuctionHeadlineFrame
  | WsAuctionUpdatesAuctionsStateFrame;

/** What a client may send on `/ws/auction-updates`. */
export type WsAuctionUpdatesClientFrame =
  | AuthRequest
  | ConnectRequest
  | HistoryRequest
  | PingRequest
  | PresenceUpdateRequest
  | SubscribeRequest
  | UnsubscribeRequest;

/** What the server sends on `/ws/auction/{id}`. */
export type WsAuctionIdServerFrame =
  | AckFrame
  | AuthExpiringFrame
  | ConnectionEstablishedFrame
  | ErrorFrame
  | HistoryFrame
  | PongFrame
  | PresenceJoinFrame
  | PresenceLeaveFrame
  | PresenceStateFrame
  | PresenceUpdateFrame
  | ReconnectFrame
  | ResyncFrame
  | SubscribedFrame
  | UnsubscribedFrame
  | WsAuctionIdAuctionCancelledFrame
  | WsAuctionIdAuctionEditedFrame
  | WsAuctionIdAuctionEndedFrame
  | WsAuctionIdAuctionExtendedFrame
  | WsAuctionIdAuctionPausedFrame
  | WsAuctionIdAuctionResumedFrame
  | WsAuctionIdAuctionSettledFrame
  | WsAuctionIdAuctionStartedFrame
  | WsAuctionIdAuctionStateFrame
  | WsAuctionIdBidPlacedFrame
  | WsAuctionIdLeaderboardLeaderboardFrame;

/** What a client may send on `/ws/auction/{id}`. */
export type WsAuctionIdClientFrame =
  | AuthRequest
  | ConnectRequest
  | HistoryRequest
  | PingRequest
  | PresenceUpdateRequest
  | SubscribeRequest
  | UnsubscribeRequest
  | WsAuctionIdPlaceBidRequest;

/** What the server sends on `/ws/auction/{id}/leaderboard`. */
export type WsAuctionIdLeaderboardServerFrame =
  | AckFrame
  | AuthExpiringFrame
  | ConnectionEstablishedFrame
  | ErrorFrame
  | HistoryFrame
  | PongFrame
  | PresenceJoinFrame
  | PresenceLeaveFrame
  | PresenceStateFrame
  | PresenceUpdateFrame
  | ReconnectFrame
  | ResyncFrame
  | SubscribedFrame
  | UnsubscribedFrame
  | WsAuctionIdLeaderboardLeaderboardFrame;

/** What a client may send on `/ws/auction/{id}/leaderboard`. */
export type WsAuctionIdLeaderboardClientFrame =
  | AuthRequest
  | ConnectRequest
  | HistoryRequest
  | PingRequest
  | PresenceUpdateRequest
  | SubscribeRequest
  | UnsubscribeRequest;

/** What the server sends on `/ws/auctions`. */
export type WsAuctionsServerFrame =
  | AckFrame
  | AuthExpiringFrame
  | ConnectionEstablishedFrame
  | ErrorFrame
  | HistoryFrame
  | PongFrame
  | PresenceJoinFrame
  | PresenceLeaveFrame
  | PresenceStateFrame
  | PresenceUpdateFrame
  | PropertyAuctionUpdateFrame
  | ReconnectFrame
  | ResyncFrame
  | SubscribedFrame
  | UnsubscribedFrame
  | WsAuctionsErrorFrame
  | WsAuctionsInitialStateFrame
  | WsAuctionsSubscribedFrame
  | WsAuctionsUnsubscribedFrame;

/** What a client may send on `/ws/auctions`. */
export type WsAuctionsClientFrame =
  | AuthRequest
  | ConnectRequest
  | HistoryRequest
  | PingRequest
  | PresenceUpdateRequest
  | SubscribeRequest
  | UnsubscribeRequest
  | WsAuctionsSubscribeRequest
  | WsAuctionsUnsubscribeRequest;

/** What the server sends on `/ws/notifications/{user}`. */
export type WsNotificationsUserServerFrame =
  | AckFrame
  | AuthExpiringFrame
  | ConnectionEstablishedFrame
  | ErrorFrame
  | HistoryFrame
  | PongFrame
  | PresenceJoinFrame
  | PresenceLeaveFrame
  | PresenceStateFrame
  | PresenceUpdateFrame
  | ReconnectFrame
  | ResyncFrame
  | SubscribedFrame
  | UnsubscribedFrame
  | UserAccessChangedFrame
  | UserNewNotificationFrame
  | UserNotificationUpdatedFrame
  | UserNotificationsUpdatedFrame
  | UserOutbidFrame
  | UserPreferencesUpdatedFrame
  | UserWatchlistChangedFrame
  | WsNotificationsUserUnreadCountFrame;

/** What a client may send on `/ws/notifications/{user}`. */
export type WsNotificationsUserClientFrame =
  | AuthRequest
  | ConnectRequest
  | HistoryRequest
  | PingRequest
  | PresenceUpdateRequest
  | SubscribeRequest
  | UnsubscribeRequest
  | WsDismissRequest
  | WsGetUnreadCountRequest
  | WsMarkAllReadRequest
  | WsMarkReadRequest;

/** What the server sends on `/ws/test`. */
export type WsTestServerFrame =
  | AckFrame
  | AuthExpiringFrame
  | ConnectionEstablishedFrame
  | ErrorFrame
  | HistoryFrame
  | PongFrame
  | PresenceJoinFrame
  | PresenceLeaveFrame
  | PresenceStateFrame
  | PresenceUpdateFrame
  | ReconnectFrame
  | ResyncFrame
  | SubscribedFrame
  | UnsubscribedFrame
  | WsTestAuthStatusFrame
  | WsTestEchoFrame;

/** What a client may send on `/ws/test`. */
export type WsTestClientFrame =
  | AuthRequest
  | ConnectRequest
  | HistoryRequest
  | PingRequest
  | PresenceUpdateRequest
  | SubscribeRequest
  | UnsubscribeRequest
  | WsTestAuthTestRequest
  | WsTestEchoRequest;

/** What a client may send, by `type`, on whatever socket. */
export interface VerbRequests {
  auth: AuthRequest;
  auth_test: WsTestAuthTestRequest;
  connect: ConnectRequest;
  dismiss: WsDismissRequest;
  echo: WsTestEchoRequest;
  get_unread_count: WsGetUnreadCountRequest;
  history: HistoryRequest;
  mark_all_read: WsMarkAllReadRequest;
  mark_read: WsMarkReadRequest;
  ping: PingRequest;
  place_bid: WsPlaceBidRequest | WsAuctionIdPlaceBidRequest;
  presence_update: PresenceUpdateRequest;
  subscribe: SubscribeRequest | WsAuctionsSubscribeRequest;
  unsubscribe: UnsubscribeRequest | WsAuctionsUnsubscribeRequest;
}

/** The application's frames of each family of topics. */
export interface TopicFrames {
  auction:
  | WsAuctionIdAuctionCancelledFrame
  | WsAuctionIdAuctionEditedFrame
  | WsAuctionIdAuctionEndedFrame
  | WsAuctionIdAuctionExtendedFrame
  | WsAuctionIdAuctionPausedFrame
  | WsAuctionIdAuctionResumedFrame
  | WsAuctionIdAuctionSettledFrame
  | WsAuctionIdAuctionStartedFrame
  | WsAuctionIdAuctionStateFrame
  | WsAuctionIdBidPlacedFrame
  | WsAuctionIdLeaderboardLeaderboardFrame;
  auctions:
  | WsAuctionUpdatesAuctionHeadlineFrame;
  property:
  | PropertyAuctionUpdateFrame;
  user:
  | UserAccessChangedFrame
  | UserNewNotificationFrame
  | UserNotificationUpdatedFrame
  | UserNotificationsUpdatedFrame
  | UserOutbidFrame
  | UserPreferencesUpdatedFrame
  | UserWatchlistChangedFrame
  | WsNotificationsUserUnreadCountFrame;
  watchlist:
  | WsAuctionsSubscribedFrame
  | WsAuctionsUnsubscribedFrame;
}

/** What each family of topics promises. */
export const TOPIC_KINDS = {
  auction: "latest",
  auctions: "latest",
  property: "stream",
  user: "stream",
  watchlist: "alias",
} as const;

/** Why a socket was closed, and when to come back. */
export const CLOSE_CODES = {
  1000: { reason: "normal", comeBack: "as you like" },
  4001: { reason: "unauthorized", comeBack: "never" },
  4003: { reason: "forbidden", comeBack: "never" },
  4004: { reason: "unknown", comeBack: "never" },
  4008: { reason: "no authentication in time", comeBack: "never" },
  4009: { reason: "malformed", comeBack: "never" },
  4010: { reason: "too many connections", comeBack: "never" },
  4013: { reason: "closed by an administrator", comeBack: "never" },
  4014: { reason: "too many errors", comeBack: "never" },
  4100: { reason: "overloaded", comeBack: "later" },
  4101: { reason: "slow consumer", comeBack: "later" },
  4102: { reason: "rate limited", comeBack: "later" },
  4103: { reason: "internal", comeBack: "later" },
  4200: { reason: "draining", comeBack: "at once" },
  4201: { reason: "no pong", comeBack: "at once" },
  4202: { reason: "token expired", comeBack: "at once" },
  4203: { reason: "position lost", comeBack: "at once" },
  4204: { reason: "permissions changed", comeBack: "at once" },
} as const;

/** The words of errors. More may come. */
export type ErrorCode =
  | "alert_limit"
  | "alerts_full"
  | "auction_ended"
  | "auction_has_bids"
  | "auction_limit"
  | "auction_not_live"
  | "auction_status"
  | "auction_time"
  | "bad_request"
  | "bid_too_low"
  | "busy"
  | "conflict"
  | "csrf_missing"
  | "email_taken"
  | "exact_not_allowed"
  | "forbidden"
  | "insufficient_coins"
  | "internal"
  | "invalid"
  | "invalid_credentials"
  | "key_reused"
  | "last_admin"
  | "method_not_allowed"
  | "no_registration"
  | "no_such_bid"
  | "not_approved"
  | "not_buyable"
  | "not_found"
  | "origin_not_allowed"
  | "over_limit"
  | "position_unrecoverable"
  | "precondition_failed"
  | "precondition_required"
  | "property_exists"
  | "rate_limited"
  | "refresh_superseded"
  | "seller_cannot_bid"
  | "stale_view"
  | "task_due"
  | "task_exists"
  | "token_expired"
  | "too_large"
  | "too_many_subscriptions"
  | "unauthorized"
  | "unavailable"
  | "unknown_outcome"
  | "unknown_type"
  | "unsupported_media_type"
  | "upgrade_required";

/** Those after which the same request may succeed later. */
export const RETRYABLE_CODES: readonly string[] = ["busy", "internal", "rate_limited", "unavailable", "unknown_outcome"];

/** The limits of a server that was not told otherwise. */
export const LIMITS = {
  max_frame_bytes: 65536,
  max_replay: 1000,
  max_topics: 1024,
  heartbeat_ms: 25000,
} as const;

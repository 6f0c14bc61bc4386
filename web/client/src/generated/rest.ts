// Made from openapi.json by `npm run generate`; not to be edited.

export interface paths {
    "/api/notifications": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One's own notifications, the newest first. */
        get: operations["alias_list_notifications"];
        put?: never;
        /** Tells users of one's tenant something; for operators. */
        post: operations["alias_raise_notification"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/notifications/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One of one's own notifications. */
        get: operations["alias_get_notification"];
        put?: never;
        post?: never;
        /** Puts a notification away. */
        delete: operations["alias_delete_notification"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/notifications/{id}/mark_read": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Marks a notification read. */
        post: operations["alias_read_notification"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/notifications/mark_all_read": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Marks read what is unread, up to a number when one is given. The body may be missing. */
        post: operations["alias_read_notifications"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/notifications/unread": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One's own unread notifications, the newest first. */
        get: operations["alias_list_unread_notifications"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/notifications/unread_count": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How many of one's own are unread. */
        get: operations["alias_count_unread_notifications"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/preferences": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How one wants to be told, in the classic place. */
        get: operations["alias_show_preferences"];
        /** Replaces one's preferences, in the classic place. */
        put: operations["alias_replace_preferences"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Amends one's preferences, in the classic place. */
        patch: operations["alias_amend_preferences"];
        trace?: never;
    };
    "/api/token": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Signs in, in the customary form of JWT libraries. */
        post: operations["alias_create_token"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/token/refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The same as `/api/v1/auth/refresh`. */
        post: operations["alias_refresh_token"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/connections": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The open connections of the node that answers, the oldest first. Needs the role `admin`, who
         *     sees those of the own tenant, or `root`.
         */
        get: operations["list_connections"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/connections/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A connection of the node that answers, and what it follows. Needs the role `admin`, for one of
         *     the own tenant, or `root`.
         */
        get: operations["show_connection"];
        put?: never;
        post?: never;
        /**
         * Closes a connection of the node that answers with 4013; clients do not come back by themselves.
         *     Needs the role `admin`, for one of the own tenant, or `root`.
         */
        delete: operations["close_connection"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/dead-letters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Tasks that were given up, the oldest first. Needs the role `admin`, who sees the own tenant's,
         *     or `root`.
         */
        get: operations["list_dead_letters"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/dead-letters/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Throws a dead letter away. Needs the role `admin`, for one of the own tenant, or `root`. */
        delete: operations["discard_dead_letter"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/dead-letters/{id}/redrive": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sends a dead letter round again, with all its attempts before it. Needs the role `admin`, for
         *     one of the own tenant, or `root`.
         */
        post: operations["redrive_dead_letter"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/overview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How the installation is doing, as one node sees it: its health, what is open there, and the
         *     tasks of all nodes. Needs the role `admin`, who sees the own tenant's figures, or `root`.
         */
        get: operations["show_overview"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/queues": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How deep the queue is, by kind of task, and by name. Kinds of which there is nothing do not
         *     appear. Needs the role `admin`, who sees the own tenant's, or `root`.
         */
        get: operations["list_queues"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/reactions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How far the reactions of the node that answers have come, by name. Needs the role `admin` or
         *     `root`.
         */
        get: operations["list_reactions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/schedules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The schedules, by name. Needs the role `admin`, who sees the own tenant's, or `root`. */
        get: operations["list_schedules"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/schedules/{name}/run": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Has the task of a schedule done now, beside its occurrences. Needs the role `admin`, for one of
         *     the own tenant, or `root`.
         */
        post: operations["run_schedule"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/tasks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Tasks that have not ended, the oldest first. Needs the role `admin`, who sees the own tenant's,
         *     or `root`.
         */
        get: operations["list_tasks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/tasks/{id}/run": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Makes a waiting task due at once. Needs the role `admin`, for one of the own tenant, or `root`. */
        post: operations["run_task"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/topics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The topics that somebody follows at the node that answers, by name. Needs the role `admin`, who
         *     sees those of the own tenant, or `root`.
         */
        get: operations["list_topics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/topics/{topic}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A topic of the own tenant that somebody follows at the node that answers. Needs the role
         *     `admin` or `root`.
         */
        get: operations["show_topic"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/undigested-events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The events that reactions could not digest, by reaction and position. Needs the role `admin`,
         *     who sees those of the own tenant, or `root`.
         */
        get: operations["list_undigested_events"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/alerts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One's own alerts, the newest first. */
        get: operations["list_alerts"];
        put?: never;
        /**
         * Makes an alert. Its owner is told of what happens from now on; the answer says how many
         *     properties match already.
         */
        post: operations["create_alert"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/alerts/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One of one's own alerts. */
        get: operations["show_alert"];
        /**
         * Replaces an alert: what the body does not name is as in a new one. `If-Match` with the version
         *     that was seen guards against changes elsewhere.
         */
        put: operations["replace_alert"];
        post?: never;
        /** Removes an alert. */
        delete: operations["remove_alert"];
        options?: never;
        head?: never;
        /** Changes what the body names; null takes a condition away. Otherwise as PUT. */
        patch: operations["amend_alert"];
        trace?: never;
    };
    "/api/v1/alerts/{id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sends a notice as the alert would, marked as a test. Within a minute an alert sends one; what
         *     is asked beyond that is accepted and sends none.
         */
        post: operations["test"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/alerts/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** How many properties an alert would match now, without making it. */
        post: operations["try_out"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analytics/auctions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What became of the tenant's auctions: how many were sold, how long that took, and at which
         *     discount.
         */
        get: operations["analyse_auctions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auctions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Auctions in pages. Who is signed in sees how they stand in each. */
        get: operations["list_auctions"];
        put?: never;
        /** Makes an auction, a draft that others do not see yet. */
        post: operations["create_auction"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auctions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One auction. Who is signed in sees how they stand in it. */
        get: operations["show_auction"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Changes what the body names: everything before it is live; afterwards the reserve, and title,
         *     description and picture until somebody has bid.
         *     `If-Match` with the version that was seen guards against others' changes.
         */
        patch: operations["amend_auction"];
        trace?: never;
    };
    "/api/v1/auctions/{id}/accept": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The seller takes the highest bid below the reserve; or the highest bidder takes what the seller asks for. */
        post: operations["accept_auction"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auctions/{id}/bids": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What was bid, the latest first. Others' names and maxima are not in it. */
        get: operations["list_bids"];
        put?: never;
        /**
         * Bids. The same request under the same `Idempotency-Key` (or `key` in the body) is one bid, and
         *     gets the same answer.
         */
        post: operations["place_bid"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auctions/{id}/bids/{log_seq}/retract": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Takes a bid back: an operator any, and says why; a bidder their own where the auction permits
         *     it, soon after the bid. The price may fall by it, as by nothing else.
         */
        post: operations["retract_bid"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auctions/{id}/buy-now": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Buys it at the fixed price, which ends the auction. */
        post: operations["buy_now"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auctions/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Calls it off; nothing is held of anybody for it any more. By an operator, who says why, or its seller before the first bid. */
        post: operations["cancel_auction"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auctions/{id}/close": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ends the bidding early, as if its time were over. By an operator, who says why, or its seller before the first bid. */
        post: operations["close_auction"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auctions/{id}/counter": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The seller asks the highest bidder for more than the highest bid. */
        post: operations["counter_auction"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auctions/{id}/extend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Moves the end. By an operator, who says why, or its seller before the first bid. */
        post: operations["extend_auction"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auctions/{id}/leaderboard": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who stands where: the first fifty. */
        get: operations["show_leaderboard"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auctions/{id}/log": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The log from an entry on, the earliest first. */
        get: operations["read_auction_log"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auctions/{id}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Takes no bids until it is resumed. By an operator, who says why, or its seller before the first bid. */
        post: operations["pause_auction"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auctions/{id}/publish": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Shows an auction to others; it begins at its time. By an operator or its seller. */
        post: operations["publish_auction"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auctions/{id}/registrations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who has registered or bid, the earliest first. For operators and the seller, who learns nothing
         *     of bidders by it while it goes on: no alias, and nobody where no registration is asked for.
         */
        get: operations["list_registrations"];
        put?: never;
        /** Registers for an auction; where it asks for a deposit, that is held. Again changes nothing. */
        post: operations["register_for_auction"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auctions/{id}/registrations/{user_id}/approve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Lets somebody bid; a deposit that was given back is held again. By an operator or the seller. */
        post: operations["approve_registration"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auctions/{id}/registrations/{user_id}/reject": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Does not let somebody bid; a deposit is given back. Bids that were taken stand. */
        post: operations["reject_registration"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auctions/{id}/reject": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The seller does not sell for this; or the highest bidder does not pay that. */
        post: operations["reject_auction"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auctions/{id}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Goes on, and ends as much later as the pause was long. */
        post: operations["resume_auction"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auctions/{id}/settle": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Says what came of a sale. By an operator. */
        post: operations["settle_auction"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auctions/{id}/start": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Begins a published auction now. By an operator or its seller. */
        post: operations["start_auction"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auctions/{id}/watch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Watches an auction: one is told before it ends, and how it came out. */
        post: operations["watch_auction"];
        /** Watches it no more. */
        delete: operations["unwatch_auction"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auctions/{id}/winners": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who has won. Who they are is shown to themselves, to the seller and to operators. */
        get: operations["list_winners"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Signs in with a password. */
        post: operations["login"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ends the session of the access token, and that of the refresh token in the body. */
        post: operations["logout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who one is. */
        get: operations["get_me"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Exchanges a refresh token, which works once, for the next pair. */
        post: operations["refresh"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/register": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Makes an account in the default tenant and signs in. */
        post: operations["register"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who is signed in by the session cookie. A page asks when it starts. */
        get: operations["get_session"];
        put?: never;
        /**
         * Signs a browser in with a password. The answer sets the session cookie, which no script can
         *     read; a session that the browser has had until now ends.
         */
        post: operations["create_session"];
        /** Ends the session of the cookie and takes the cookie away; without a session only the latter. */
        delete: operations["delete_session"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/session/register": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Makes an account as `/api/v1/auth/register` does, and signs the browser in. */
        post: operations["register_session"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/calendar": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The auctions of one's own watchlist by days. */
        get: operations["show_calendar"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/calendar.ics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The auctions of a watchlist for a calendar program (RFC 5545). The token in the address stands
         *     for signing in.
         */
        get: operations["subscribe_calendar"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/calendar/token": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Makes the secret address of one's own feed, for a calendar program. The one before works no
         *     more. The answer is shown once; an `Idempotency-Key` does not bring it back.
         */
        post: operations["renew_calendar_token"];
        /** Ends one's own feed. */
        delete: operations["end_calendar_feed"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/bids": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The auctions for which one has registered or on which one has bid, the latest first. */
        get: operations["list_own_bids"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/notification-preferences": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How one wants to be told; the defaults while one has said nothing. */
        get: operations["show_preferences"];
        /**
         * Replaces one's preferences: what the body does not name gets its default. `If-Match` with the
         *     version that was seen guards against other devices' changes.
         */
        put: operations["replace_preferences"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Amends one's preferences (RFC 7396): objects are merged, lists replaced, null brings the default
         *     back. Otherwise as PUT.
         */
        patch: operations["amend_preferences"];
        trace?: never;
    };
    "/api/v1/notifications": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One's own notifications, the newest first, with the counters of the same instant. */
        get: operations["list_notifications"];
        put?: never;
        /**
         * Tells users of one's tenant something; for operators. The notifications are there a moment
         *     later.
         */
        post: operations["raise_notification"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/notifications/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One of one's own notifications. */
        get: operations["get_notification"];
        put?: never;
        post?: never;
        /** Puts a notification away; the same as dismissing it. */
        delete: operations["delete_notification"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/notifications/{id}/dismiss": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Puts a notification away; it stays to be found with `status=dismissed`. */
        post: operations["dismiss_notification"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/notifications/{id}/read": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Marks a notification read; again changes nothing. */
        post: operations["read_notification"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/notifications/{id}/unread": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Marks a notification unread again. */
        post: operations["unread_notification"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/notifications/dismiss": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Puts several away. One unknown id, and nothing is changed. */
        post: operations["dismiss_notifications"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/notifications/read": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Marks several read: by id, or all that are unread up to a number. One unknown id, and nothing
         *     is changed.
         */
        post: operations["read_notifications"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/notifications/seen": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Says that everything up to a number was shown; it stays unread. */
        post: operations["see_notifications"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/notifications/unread": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One's own unread notifications, the newest first. */
        get: operations["list_unread_notifications"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/notifications/unread-count": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The counters of one's own inbox. */
        get: operations["count_unread_notifications"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/properties": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Properties in pages; as GeoJSON for `Accept: application/geo+json`. A page may have fewer items
         *     than asked for although there are more: it ends where `next_cursor` is null.
         */
        get: operations["list_properties"];
        put?: never;
        /** Makes a property. Needs the role `operator`. */
        post: operations["create_property"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/properties/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One property. */
        get: operations["show_property"];
        /**
         * Replaces a property: what the body does not name becomes unknown. Needs the role `operator`;
         *     `If-Match` with the version that was seen guards against others' changes.
         */
        put: operations["replace_property"];
        post?: never;
        /** Deletes a property. Needs the role `operator`. */
        delete: operations["remove_property"];
        options?: never;
        head?: never;
        /** Changes what the body names; null makes a field unknown. Otherwise as PUT. */
        patch: operations["amend_property"];
        trace?: never;
    };
    "/api/v1/properties/{id}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What changed in a property, newest first. */
        get: operations["history"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/properties/{id}/sources": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The sources of a property, by name. */
        get: operations["list_property_sources"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/properties/{id}/sources/{source}/{source_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Takes a link away, which undoes a merge: the property stays as it is. The source's next row of
         *     this name goes to the property with the same address, be it this one, else becomes a property
         *     of its own; its parcel number does not lead here any more. Needs the role `operator`.
         */
        delete: operations["part"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/properties/import": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Imports a file (CSV with a heading, JSON array, NDJSON, RESO), in small batches that each
         *     stand: the same file again changes nothing, so one that broke off is simply sent once more.
         *     Needs the role `operator`.
         */
        post: operations["upload"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sources": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The sources, by name: those that are configured, and those whose files were brought. Needs the
         *     role `operator`.
         */
        get: operations["list_sources"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sources/{name}/run": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Has a source looked at now, also one that is not enabled. Asked again before that is done, it
         *     adds nothing. Needs the role `operator`.
         */
        post: operations["run"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The tenant's users, the oldest account first; for admins. */
        get: operations["list_users"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Changes a user's roles or switches the account on or off; for admins. */
        patch: operations["change_user"];
        trace?: never;
    };
    "/api/v1/wallet": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What one has. */
        get: operations["show_wallet"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/wallet/transfers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What one has paid and got, the latest first. */
        get: operations["list_transfers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/wallets/{user_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a user has. Needs the role `admin`. */
        get: operations["show_wallet_of"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/wallets/{user_id}/grant": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Gives a user something, out of nothing. Needs the role `admin`. */
        post: operations["grant"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/watchlist": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One's own watchlist, the newest first. */
        get: operations["list_watchlist_entries"];
        put?: never;
        /**
         * Watches a property. What is watched already stays as it is: the answer is then 200 with the
         *     same entry, whose notes change only when some are given.
         */
        post: operations["add"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/watchlist/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Watches it no longer. */
        delete: operations["remove_watchlist_entry"];
        options?: never;
        head?: never;
        /** Changes the notes of an entry. */
        patch: operations["annotate"];
        trace?: never;
    };
    "/api/v1/ws-ticket": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A ticket that opens one socket within 30 seconds. */
        post: operations["create_ws_ticket"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["live"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["ready"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description A user as the tenant's admins see them. */
        Account: {
            /** @description Whether they may sign in. */
            active: boolean;
            /** @description Since when there is an account. */
            created_at: components["schemas"]["Timestamp"];
            /** @description In lower case. */
            email: string;
            /** @description Who. */
            id: components["schemas"]["UserId"];
            /** @description What people call them; may be empty. */
            name: string;
            /** @description Their roles. */
            roles: components["schemas"]["Roles"];
            /**
             * Format: int64
             * @description Grows by one with each change.
             */
            version: number;
        };
        /**
         * @description An alert to make or to change. All that is named must hold of a property; of a list one entry.
         *     What a property does not say, it does not meet.
         */
        AlertBody: {
            /**
             * @description What to be told of: `new_auction`, `status_change`, `price_change`, `postponement`,
             *     `cancelled`, `back_on_market`, `reminder`; all but `reminder` when nothing is said.
             */
            alert_types?: string[] | null;
            /** @description Names in any case, at most 50 of at most 100 characters. */
            cities?: string[] | null;
            /** @description Whether it is on; it is when nothing is said. */
            is_active?: boolean | null;
            /**
             * Format: double
             * @description Degrees north of a place, −90 to 90; only together with `longitude` and a radius.
             */
            latitude?: number | null;
            /**
             * Format: double
             * @description Degrees east, −180 to 180.
             */
            longitude?: number | null;
            max_opening_bid?: components["schemas"]["DecimalInput"] | null;
            /**
             * Format: int64
             * @description Bathrooms, 0 to 100.
             */
            min_bathrooms?: number | null;
            /**
             * Format: int64
             * @description Rooms to sleep in, 0 to 100.
             */
            min_bedrooms?: number | null;
            min_discount?: components["schemas"]["DecimalInput"] | null;
            /**
             * Format: int64
             * @description Square feet to live on, 0 to 10,000,000.
             */
            min_living_area?: number | null;
            min_opening_bid?: components["schemas"]["DecimalInput"] | null;
            /** @description What the user calls it. */
            name?: string | null;
            /** @description The corners of an area, 3 to 100. */
            polygon?: components["schemas"]["GeoPoint"][] | null;
            /**
             * @description `single_family` (also `single-family`), `condo`, `multi_family`, `commercial`, `townhouse`,
             *     `manufactured`, `land`, `other`.
             */
            property_types?: string[] | null;
            /**
             * Format: double
             * @description How far around the place at most, above 0 and at most 5,000 kilometres.
             */
            radius_km?: number | null;
            /**
             * Format: double
             * @description The same in miles, at most 3,000: one of the two.
             */
            radius_miles?: number | null;
            /** @description Two letters each, at most 60. */
            states?: string[] | null;
        };
        /** @description An alert. What it does not ask is null or empty. */
        AlertView: {
            /** @description What to be told of. */
            alert_types: string[];
            /** @description Cities. */
            cities: string[];
            /** @description When it was made. */
            created_at: components["schemas"]["Timestamp"];
            /** @description Which. */
            id: components["schemas"]["Id"];
            /** @description Whether it is on. */
            is_active: boolean;
            /**
             * Format: double
             * @description Degrees north of the place.
             */
            latitude?: number | null;
            /**
             * Format: double
             * @description Degrees east.
             */
            longitude?: number | null;
            max_opening_bid?: components["schemas"]["Money"] | null;
            /**
             * Format: int64
             * @description Bathrooms.
             */
            min_bathrooms?: number | null;
            /**
             * Format: int64
             * @description Rooms to sleep in.
             */
            min_bedrooms?: number | null;
            /**
             * Format: double
             * @description Per cent below the estimated value.
             */
            min_discount?: number | null;
            /**
             * Format: int64
             * @description Square feet to live on.
             */
            min_living_area?: number | null;
            min_opening_bid?: components["schemas"]["Money"] | null;
            /** @description What the user calls it. */
            name?: string | null;
            /** @description The corners of an area. */
            polygon?: components["schemas"]["GeoPoint"][] | null;
            /** @description Types of properties; any when there are none. */
            property_types: string[];
            /**
             * Format: double
             * @description How far around it, when it was given in kilometres.
             */
            radius_km?: number | null;
            /**
             * Format: double
             * @description How far around it, when it was given in miles.
             */
            radius_miles?: number | null;
            /** @description Two letters each. */
            states: string[];
            /** @description When it was last changed. */
            updated_at: components["schemas"]["Timestamp"];
            /**
             * Format: int64
             * @description Grows by one with each change; also the entity tag.
             */
            version: number;
        };
        /** @description A page in the shape of the aliases under `/api/…`. */
        AliasList_Notification: {
            /**
             * Format: int64
             * @description How many there are, counted up to 10,000.
             */
            count: number;
            /** @description The address of the next page; null at the end. */
            next?: string | null;
            /** @description The address of the page before; null at the start. */
            previous?: string | null;
            /** @description The items, in the order of the list. */
            results: {
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
            }[];
        };
        /** @description Up to what somebody may bid. */
        ApproveBody: {
            limit?: components["schemas"]["DecimalInput"] | null;
        };
        /** @description What became of auctions. */
        AuctionAnalytics: {
            /** @description The first auction date. */
            from: string;
            /** @description By what they are told apart. */
            group_by: components["schemas"]["AuctionGroupBy"];
            /** @description How many groups there are. */
            group_count: number;
            /**
             * @description Months in their order, without a gap; every type; states and cities with the most auctions
             *     first.
             */
            groups: components["schemas"]["AuctionGroup"][];
            /** @description The last auction date. */
            to: string;
            /** @description Over all of them. */
            total: components["schemas"]["AuctionFigures"];
            /** @description Whether there are more groups than are listed. */
            truncated: boolean;
        };
        /** @description An auction as its seller lays it down. What a change does not name stays. */
        AuctionBody: {
            buy_now?: components["schemas"]["DecimalInput"] | null;
            /** @description `first_bid` unless said, or `reserve_met`. */
            buy_now_until?: string | null;
            /** @description What amounts are of: `COIN` unless said; it stays. */
            currency?: string | null;
            /**
             * Format: int64
             * @description How long the seller may think when the reserve was not met, in milliseconds.
             */
            decide_ms?: number | null;
            deposit?: components["schemas"]["DecimalInput"] | null;
            /** @description At most 10,000 characters. */
            description?: string | null;
            ends_at?: components["schemas"]["Timestamp"] | null;
            /** @description `open` unless said, `approval`, or `deposit`. */
            entry?: string | null;
            /** @description Whether a bid may jump to its amount. */
            exact_bids?: boolean | null;
            hard_end?: components["schemas"]["Timestamp"] | null;
            /** @description A picture, `https://…`. */
            image_url?: string | null;
            /** @description The step table; the customary one of the currency unless said. */
            increments?: components["schemas"]["StepBody"][] | null;
            /**
             * Format: int32
             * @description How many win, 1 unless said; above that neither reserve, `buy_now` nor `exact_bids`.
             */
            places?: number | null;
            reserve?: components["schemas"]["DecimalInput"] | null;
            /** @description `off` unless said, or `typo`: whether bidders may take back a slip of the finger. */
            retraction?: string | null;
            /** @description Who sells: oneself unless said, which takes the role `operator`. */
            seller_id?: string | null;
            soft_close?: components["schemas"]["SoftCloseBody"] | null;
            start_price?: components["schemas"]["DecimalInput"] | null;
            starts_at?: components["schemas"]["Timestamp"] | null;
            /** @description At most 200 characters. Required in a new auction. */
            title?: string | null;
        };
        /** @description What became of a group of auctions. What cannot be said is null, and its count says why. */
        AuctionFigures: {
            /** @description How many were called off. */
            cancelled: number;
            /** @description How many auctions. */
            count: number;
            /** @description Of how many sales that is known; a property that came here sold has no such time. */
            days_to_sale_count: number;
            /** @description How many auctions have both. */
            discount_count: number;
            /** @description Whether there is no auction in it. */
            empty: boolean;
            /** @description How many have ended: `sold`, `reo`, `cancelled` and `redeemed` together. */
            ended: number;
            /**
             * Format: double
             * @description The median of days from when a property came here to when it was told to be sold.
             */
            median_days_to_sale?: number | null;
            /**
             * Format: double
             * @description The median of `1 - opening bid / estimated value`; below 0 when bids begin above the value.
             */
            median_discount?: number | null;
            /**
             * Format: double
             * @description The median opening bid.
             */
            median_opening_bid?: number | null;
            /**
             * Format: double
             * @description How the median opening bid went: the last month with a bid against the first one of the
             *     trend, as a part of the first; for months against the last month before that has a bid.
             */
            opening_bid_change?: number | null;
            /** @description How many auctions have one. */
            opening_bid_count: number;
            /** @description How many are still to come, or were not told of since. */
            pending: number;
            /**
             * @description The median opening bid by month, the last twelve months that have one; not there for groups
             *     that are months.
             */
            price_trend?: components["schemas"]["TrendMonth"][] | null;
            /** @description How many owners paid. */
            redeemed: number;
            /** @description How many went back to the lender. */
            reo: number;
            /** @description How many were sold. */
            sold: number;
            /**
             * Format: double
             * @description `sold / ended`, 0 to 1; null when none has ended.
             */
            success_rate?: number | null;
        };
        /** @description Auctions that have something in common. */
        AuctionGroup: components["schemas"]["AuctionFigures"] & {
            /** @description City, state, type or month (`YYYY-MM`); null for properties of an unknown type. */
            key?: string | null;
            /** @description The state of a city; null for other groups. */
            state?: string | null;
        };
        /**
         * @description By what auctions are told apart.
         * @enum {string}
         */
        AuctionGroupBy: "city" | "state" | "type" | "month";
        /** @description An auction. */
        AuctionView: {
            /** Format: int64 */
            bid_count: number;
            /** Format: int64 */
            bidder_count: number;
            buy_now?: components["schemas"]["Money"] | null;
            /** @example first_bid */
            buy_now_until: string;
            closed_at?: components["schemas"]["Timestamp"] | null;
            counter?: components["schemas"]["Money"] | null;
            created_at: components["schemas"]["Timestamp"];
            currency: string;
            decide_by?: components["schemas"]["Timestamp"] | null;
            /**
             * Format: int64
             * @description How long the seller may think when the reserve was not met, in milliseconds.
             */
            decide_ms?: number | null;
            deposit?: components["schemas"]["Money"] | null;
            description: string;
            ends_at: components["schemas"]["Timestamp"];
            /** @description `open`, `approval` or `deposit`. */
            entry: string;
            exact_bids: boolean;
            /**
             * Format: int32
             * @description How often late bids have moved the end.
             */
            extensions: number;
            hard_end?: components["schemas"]["Timestamp"] | null;
            /** @description Whether there is a reserve … */
            has_reserve: boolean;
            id: components["schemas"]["Id"];
            image_url?: string | null;
            increments: components["schemas"]["StepView"][];
            leader_alias?: string | null;
            /**
             * Format: int64
             * @description The number of the last entry of its log; also its version for `If-Match`.
             */
            log_seq: number;
            me?: components["schemas"]["OwnPart"] | null;
            /** @description The least that the next bidder has to offer. */
            min_next: components["schemas"]["Money"];
            /** @description `english`, or `leaderboard` where more than one wins. */
            mode: string;
            paused_at?: components["schemas"]["Timestamp"] | null;
            /**
             * Format: int32
             * @description How many win.
             */
            places: number;
            /** @description What the leader would pay now; the start before the first bid. */
            price: components["schemas"]["Money"];
            reserve?: components["schemas"]["Money"] | null;
            /** @description … and whether the highest maximum meets it. */
            reserve_met: boolean;
            /** @example off */
            retraction: string;
            seller_id?: components["schemas"]["UserId"] | null;
            soft_close: components["schemas"]["SoftCloseView"];
            start_price: components["schemas"]["Money"];
            starts_at: components["schemas"]["Timestamp"];
            /** @example live */
            status: string;
            title: string;
            updated_at: components["schemas"]["Timestamp"];
        };
        /** @description A bid: the frame `place_bid`, and the body of REST. */
        BidRequest: {
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
        };
        /**
         * @description What a bidder is told of a bid that was taken: `result` of the `ack`, and the answer of REST.
         *     The same request under the same key gets the same.
         */
        BidTaken: {
            /** @description The maximum that counts. */
            amount: components["schemas"]["Money"];
            /** @description When it was received. */
            at: components["schemas"]["Timestamp"];
            auction_id: components["schemas"]["Id"];
            ends_at: components["schemas"]["Timestamp"];
            /** @description Whether the bidder had a place behind it. */
            leading: boolean;
            /**
             * Format: int64
             * @description Its place in the log.
             */
            log_seq: number;
            min_next: components["schemas"]["Money"];
            price: components["schemas"]["Money"];
        };
        /** @description A bid as everybody sees it. */
        BidView: {
            alias: string;
            amount?: components["schemas"]["Money"] | null;
            at: components["schemas"]["Timestamp"];
            /** @description Whether it had a place behind it. */
            leading: boolean;
            /** Format: int64 */
            log_seq: number;
            me: boolean;
            /** @description The price behind it. */
            price: components["schemas"]["Money"];
            /** @description Whether it was taken back. */
            retracted: boolean;
        };
        /** @description Who is signed in by cookie, for a page. */
        BrowserSession: {
            /** @description For the header `X-CSRF-Token` of every request that changes something. */
            csrf_token: string;
            /** @description Who. */
            user: components["schemas"]["Me"];
        };
        /** @description When one works. */
        BusinessHours: {
            /** @description On which days. */
            days: components["schemas"]["Weekday"][];
            /** @description Until; before the start: on the next day. */
            end: string;
            /** @description From, local time as `HH:MM`. */
            start: string;
        };
        /** @description A day. */
        CalendarDay: {
            /** @description How many auctions it has. */
            count: number;
            /** @description The day, `YYYY-MM-DD`. */
            date: string;
            /** @description The first instant behind it: 23 or 25 hours later when the clocks change. */
            ends_at: components["schemas"]["Timestamp"];
            /** @description The first of them: those without an hour, then by the hour. */
            items: components["schemas"]["CalendarItem"][];
            /** @description Its first instant. */
            starts_at: components["schemas"]["Timestamp"];
        };
        /** @description An auction on a day. */
        CalendarItem: {
            /** @description Whether the hour is unknown: then it is on its date at the venue, whatever the zone. */
            all_day: boolean;
            /** @description The property as it stands now. */
            auction: components["schemas"]["WatchedAuction"];
            /** @description The user's own words. */
            notes?: string | null;
            starts_at?: components["schemas"]["Timestamp"] | null;
            /**
             * @description The same in the zone of the days, with its offset from UTC.
             * @example 2024-01-15T13:00:00-05:00
             */
            starts_at_local?: string | null;
            /** @description The zone of the venue, in which `auction` has date and hour. */
            venue_time_zone?: string | null;
            /** @description The entry of the watchlist. */
            watch_id: components["schemas"]["Id"];
        };
        /** @description A part of the calendar. */
        CalendarPage: {
            /** @description Every day of the view, also without auctions. */
            days: components["schemas"]["CalendarDay"][];
            /** @description The first day, `YYYY-MM-DD`. */
            from: string;
            /** @description The zone of its days. */
            time_zone: string;
            /** @description The last day. */
            to: string;
            /** @description Whether the watchlist is longer than what was looked at (the newest 5,000). */
            truncated: boolean;
            /** @description Which view it is. */
            view: components["schemas"]["CalendarView"];
        };
        /**
         * @description How much of the calendar.
         * @enum {string}
         */
        CalendarView: "day" | "week" | "month";
        /** @description Which channels a kind of things goes to, where the channel is on at all. */
        CategoryChannels: {
            /**
             * @description Sent by e-mail.
             * @default true
             */
            email?: boolean;
            /**
             * @description Shown in the app.
             * @default true
             */
            in_app?: boolean;
            /**
             * @description Pushed.
             * @default true
             */
            push?: boolean;
            /**
             * @description Sent by SMS.
             * @default true
             */
            sms?: boolean;
            /**
             * @description Sent to webhooks.
             * @default true
             */
            webhook?: boolean;
        };
        /** @description What is to be changed of an entry. */
        Change: {
            /** @description The user's own words; null takes them away, absent leaves them. */
            notes?: string | null;
        };
        /** @description The channels of each category. */
        ChannelMatrix: {
            /**
             * @description The account itself.
             * @default {
             *       "email": true,
             *       "in_app": true,
             *       "push": true,
             *       "sms": true,
             *       "webhook": true
             *     }
             */
            account?: components["schemas"]["CategoryChannels"];
            /**
             * @description Foreclosure auctions of watched properties.
             * @default {
             *       "email": true,
             *       "in_app": true,
             *       "push": true,
             *       "sms": true,
             *       "webhook": true
             *     }
             */
            auction?: components["schemas"]["CategoryChannels"];
            /**
             * @description Live bidding.
             * @default {
             *       "email": true,
             *       "in_app": true,
             *       "push": true,
             *       "sms": true,
             *       "webhook": true
             *     }
             */
            bidding?: components["schemas"]["CategoryChannels"];
            /**
             * @description Messages.
             * @default {
             *       "email": true,
             *       "in_app": true,
             *       "push": true,
             *       "sms": true,
             *       "webhook": true
             *     }
             */
            chat?: components["schemas"]["CategoryChannels"];
            /**
             * @description Service jobs.
             * @default {
             *       "email": true,
             *       "in_app": true,
             *       "push": true,
             *       "sms": true,
             *       "webhook": true
             *     }
             */
            job?: components["schemas"]["CategoryChannels"];
            /**
             * @description Prices and holdings.
             * @default {
             *       "email": true,
             *       "in_app": true,
             *       "push": true,
             *       "sms": true,
             *       "webhook": true
             *     }
             */
            portfolio?: components["schemas"]["CategoryChannels"];
            /**
             * @description Matches of saved searches.
             * @default {
             *       "email": true,
             *       "in_app": true,
             *       "push": true,
             *       "sms": true,
             *       "webhook": true
             *     }
             */
            property_alert?: components["schemas"]["CategoryChannels"];
            /**
             * @description Openbell itself.
             * @default {
             *       "email": true,
             *       "in_app": true,
             *       "push": true,
             *       "sms": true,
             *       "webhook": true
             *     }
             */
            system?: components["schemas"]["CategoryChannels"];
            /**
             * @description Colleagues.
             * @default {
             *       "email": true,
             *       "in_app": true,
             *       "push": true,
             *       "sms": true,
             *       "webhook": true
             *     }
             */
            team?: components["schemas"]["CategoryChannels"];
        };
        /** @description An open connection. */
        Connection: {
            expires_at?: components["schemas"]["Timestamp"] | null;
            id: components["schemas"]["Id"];
            /** @description Since when it is open. */
            opened_at: components["schemas"]["Timestamp"];
            /** @description The path of the socket. */
            path: string;
            /** @description Bytes that wait to be written. */
            queue_bytes: number;
            /** @description The peer's address. */
            remote: string;
            /**
             * Format: int64
             * @description Frames sent so far.
             */
            sent: number;
            tenant_id: components["schemas"]["TenantId"];
            /** @description How many topics it follows. */
            topics: number;
            /** @description Who has signed in; null for a guest. */
            user?: {
                /** @description Null when the account is gone. */
                email?: string | null;
                id: components["schemas"]["UserId"];
                /** @description What people call them; may be empty. */
                name: string;
            } | null;
        };
        /** @description An open connection with the topics that it follows. */
        ConnectionDetail: components["schemas"]["Connection"] & {
            /** @description The topics that its client follows by name, in order. */
            followed: string[];
            /** @description The node that holds it. */
            node: components["schemas"]["Id"];
            /** @description The topics that its path follows for it, in order. */
            observed: string[];
        };
        /** @description What the seller asks for. */
        CounterBody: {
            /** @description Above the price. */
            amount: components["schemas"]["DecimalInput"];
        };
        /** @description The counters of the caller's inbox. */
        CountsAnswer: {
            /**
             * Format: int64
             * @description How many are neither read nor dismissed nor expired.
             */
            unread_count: number;
            /**
             * Format: int64
             * @description How many of these were not shown yet.
             */
            unseen_count: number;
            /**
             * Format: int64
             * @description Of two answers the one with the higher version is newer.
             */
            version: number;
        };
        /** @description What programs need: a JSON object of at most 16 KiB */
        Data: Record<string, unknown>;
        /** @description A task that was given up. */
        DeadTask: {
            /** @description When it was given up. */
            at: components["schemas"]["Timestamp"];
            /**
             * Format: int32
             * @description How many attempts were begun.
             */
            attempt: number;
            /** @description When it was enqueued. */
            created_at: components["schemas"]["Timestamp"];
            /** @description What the last of them said. */
            error: string;
            id: components["schemas"]["Id"];
            /** @description The task's name. */
            name: string;
            /** @description What it was to do. */
            payload: unknown;
            tenant_id: components["schemas"]["TenantId"];
        };
        DecimalInput: number | string;
        /**
         * @description How often a digest comes.
         * @enum {string}
         */
        DigestFrequency: "off" | "hourly" | "daily" | "weekly";
        /** @description What is gathered, and when it comes. */
        DigestWish: {
            /**
             * @description `off`, `hourly`, `daily` or `weekly`.
             * @default off
             */
            frequency?: components["schemas"]["DigestFrequency"];
            /**
             * @description Local time as `HH:MM`, for `daily` and `weekly`.
             * @default 08:00
             */
            time?: string;
            /**
             * @description For `weekly`.
             * @default monday
             */
            weekday?: components["schemas"]["Weekday"];
        };
        /** @description A refresh token. */
        Exchange: {
            refresh: string;
        };
        /** @description Until when it is to go on. */
        ExtendBody: {
            /** @description Later than the end that stands. */
            ends_at: components["schemas"]["Timestamp"];
            reason?: string | null;
        };
        /** @description A property on a map. */
        Feature: {
            geometry?: components["schemas"]["Position"] | null;
            /** @description Which. */
            id: components["schemas"]["Id"];
            /** @description All that is known of it. */
            properties: components["schemas"]["PropertyView"];
            /** @description `Feature`. */
            type: string;
        };
        /** @description A page of properties on a map. */
        FeatureCollection: {
            /** @description The properties, in the order of the list. */
            features: components["schemas"]["Feature"][];
            /** @description The `cursor` of the next page; null at the end. */
            next_cursor?: string | null;
            /** @description `FeatureCollection`. */
            type: string;
        };
        /** @description A feed's secret. It is shown this once. */
        FeedToken: {
            /** @description When it was made; what was there before is dead. */
            created_at: components["schemas"]["Timestamp"];
            /** @description For `?token=` of the feed. */
            token: string;
            /** @description The feed's address on this server, for a calendar program. */
            url: string;
        };
        /** @description What is wrong with one field of a request. */
        FieldError: {
            /** @description A stable word, such as `required`, `too_long`, `out_of_range`. */
            code: string;
            /** @description The path of the field, such as `filters.0.city`; empty for the whole body. */
            field: string;
            /** @description A sentence for people. */
            message: string;
        };
        /** @description A point: WGS 84 degrees, latitude −90…90, longitude −180…180. */
        GeoPoint: {
            /** Format: double */
            latitude: number;
            /** Format: double */
            longitude: number;
        };
        /** @description How much, and why. */
        GrantBody: {
            /** @description Above zero. */
            amount: components["schemas"]["DecimalInput"];
            /** @description `COIN` unless said. */
            currency?: string | null;
            /** @description It stands in the user's list; at most 500 characters. */
            reason: string;
        };
        /** @description One field that changed. */
        HistoryEntry: {
            /** @description When. */
            at: components["schemas"]["Timestamp"];
            /** @description The field, or `added` or `removed` for the property itself. */
            field: string;
            /** @description Since then. */
            new: unknown;
            /** @description Before, as REST shows the field; null for unknown. */
            old: unknown;
            /** @description Who said so: `api`, or the name of an import's source. */
            source: string;
            /**
             * Format: int64
             * @description The version that the change made.
             */
            version: number;
        };
        /**
         * Format: uuid
         * @description UUIDv7, lower-case
         */
        Id: string;
        /** @description Which ones. */
        IdsBody: {
            /** @description At most 200. */
            ids: components["schemas"]["Id"][];
        };
        /** @description A page of an inbox with its counters. */
        InboxPage: {
            /** @description The notifications, the newest first. */
            items: components["schemas"]["Notification"][];
            /** @description The `cursor` of the next page; null at the end. */
            next_cursor?: string | null;
            /**
             * Format: int64
             * @description How many are unread, whatever the filter.
             */
            unread_count: number;
            /**
             * Format: int64
             * @description How many of these were not shown yet.
             */
            unseen_count: number;
            /**
             * Format: int64
             * @description Of two answers the one with the higher version is newer.
             */
            version: number;
        };
        /** @description Who stands where. */
        Leaderboard: {
            auction_id: components["schemas"]["Id"];
            entries: components["schemas"]["Rank"][];
            /** Format: int64 */
            log_seq: number;
            type: string;
        };
        /** @description A page of a list. */
        List_Account: {
            /** @description The items, in the order of the list. */
            items: {
                /** @description Whether they may sign in. */
                active: boolean;
                /** @description Since when there is an account. */
                created_at: components["schemas"]["Timestamp"];
                /** @description In lower case. */
                email: string;
                /** @description Who. */
                id: components["schemas"]["UserId"];
                /** @description What people call them; may be empty. */
                name: string;
                /** @description Their roles. */
                roles: components["schemas"]["Roles"];
                /**
                 * Format: int64
                 * @description Grows by one with each change.
                 */
                version: number;
            }[];
            /** @description The `cursor` of the next page; null at the end. */
            next_cursor?: string | null;
        };
        /** @description A page of a list. */
        List_AlertView: {
            /** @description The items, in the order of the list. */
            items: {
                /** @description What to be told of. */
                alert_types: string[];
                /** @description Cities. */
                cities: string[];
                /** @description When it was made. */
                created_at: components["schemas"]["Timestamp"];
                /** @description Which. */
                id: components["schemas"]["Id"];
                /** @description Whether it is on. */
                is_active: boolean;
                /**
                 * Format: double
                 * @description Degrees north of the place.
                 */
                latitude?: number | null;
                /**
                 * Format: double
                 * @description Degrees east.
                 */
                longitude?: number | null;
                max_opening_bid?: components["schemas"]["Money"] | null;
                /**
                 * Format: int64
                 * @description Bathrooms.
                 */
                min_bathrooms?: number | null;
                /**
                 * Format: int64
                 * @description Rooms to sleep in.
                 */
                min_bedrooms?: number | null;
                /**
                 * Format: double
                 * @description Per cent below the estimated value.
                 */
                min_discount?: number | null;
                /**
                 * Format: int64
                 * @description Square feet to live on.
                 */
                min_living_area?: number | null;
                min_opening_bid?: components["schemas"]["Money"] | null;
                /** @description What the user calls it. */
                name?: string | null;
                /** @description The corners of an area. */
                polygon?: components["schemas"]["GeoPoint"][] | null;
                /** @description Types of properties; any when there are none. */
                property_types: string[];
                /**
                 * Format: double
                 * @description How far around it, when it was given in kilometres.
                 */
                radius_km?: number | null;
                /**
                 * Format: double
                 * @description How far around it, when it was given in miles.
                 */
                radius_miles?: number | null;
                /** @description Two letters each. */
                states: string[];
                /** @description When it was last changed. */
                updated_at: components["schemas"]["Timestamp"];
                /**
                 * Format: int64
                 * @description Grows by one with each change; also the entity tag.
                 */
                version: number;
            }[];
            /** @description The `cursor` of the next page; null at the end. */
            next_cursor?: string | null;
        };
        /** @description A page of a list. */
        List_AuctionView: {
            /** @description The items, in the order of the list. */
            items: {
                /** Format: int64 */
                bid_count: number;
                /** Format: int64 */
                bidder_count: number;
                buy_now?: components["schemas"]["Money"] | null;
                /** @example first_bid */
                buy_now_until: string;
                closed_at?: components["schemas"]["Timestamp"] | null;
                counter?: components["schemas"]["Money"] | null;
                created_at: components["schemas"]["Timestamp"];
                currency: string;
                decide_by?: components["schemas"]["Timestamp"] | null;
                /**
                 * Format: int64
                 * @description How long the seller may think when the reserve was not met, in milliseconds.
                 */
                decide_ms?: number | null;
                deposit?: components["schemas"]["Money"] | null;
                description: string;
                ends_at: components["schemas"]["Timestamp"];
                /** @description `open`, `approval` or `deposit`. */
                entry: string;
                exact_bids: boolean;
                /**
                 * Format: int32
                 * @description How often late bids have moved the end.
                 */
                extensions: number;
                hard_end?: components["schemas"]["Timestamp"] | null;
                /** @description Whether there is a reserve … */
                has_reserve: boolean;
                id: components["schemas"]["Id"];
                image_url?: string | null;
                increments: components["schemas"]["StepView"][];
                leader_alias?: string | null;
                /**
                 * Format: int64
                 * @description The number of the last entry of its log; also its version for `If-Match`.
                 */
                log_seq: number;
                me?: components["schemas"]["OwnPart"] | null;
                /** @description The least that the next bidder has to offer. */
                min_next: components["schemas"]["Money"];
                /** @description `english`, or `leaderboard` where more than one wins. */
                mode: string;
                paused_at?: components["schemas"]["Timestamp"] | null;
                /**
                 * Format: int32
                 * @description How many win.
                 */
                places: number;
                /** @description What the leader would pay now; the start before the first bid. */
                price: components["schemas"]["Money"];
                reserve?: components["schemas"]["Money"] | null;
                /** @description … and whether the highest maximum meets it. */
                reserve_met: boolean;
                /** @example off */
                retraction: string;
                seller_id?: components["schemas"]["UserId"] | null;
                soft_close: components["schemas"]["SoftCloseView"];
                start_price: components["schemas"]["Money"];
                starts_at: components["schemas"]["Timestamp"];
                /** @example live */
                status: string;
                title: string;
                updated_at: components["schemas"]["Timestamp"];
            }[];
            /** @description The `cursor` of the next page; null at the end. */
            next_cursor?: string | null;
        };
        /** @description A page of a list. */
        List_BidView: {
            /** @description The items, in the order of the list. */
            items: {
                alias: string;
                amount?: components["schemas"]["Money"] | null;
                at: components["schemas"]["Timestamp"];
                /** @description Whether it had a place behind it. */
                leading: boolean;
                /** Format: int64 */
                log_seq: number;
                me: boolean;
                /** @description The price behind it. */
                price: components["schemas"]["Money"];
                /** @description Whether it was taken back. */
                retracted: boolean;
            }[];
            /** @description The `cursor` of the next page; null at the end. */
            next_cursor?: string | null;
        };
        /** @description A page of a list. */
        List_Connection: {
            /** @description The items, in the order of the list. */
            items: {
                expires_at?: components["schemas"]["Timestamp"] | null;
                id: components["schemas"]["Id"];
                /** @description Since when it is open. */
                opened_at: components["schemas"]["Timestamp"];
                /** @description The path of the socket. */
                path: string;
                /** @description Bytes that wait to be written. */
                queue_bytes: number;
                /** @description The peer's address. */
                remote: string;
                /**
                 * Format: int64
                 * @description Frames sent so far.
                 */
                sent: number;
                tenant_id: components["schemas"]["TenantId"];
                /** @description How many topics it follows. */
                topics: number;
                /** @description Who has signed in; null for a guest. */
                user?: {
                    /** @description Null when the account is gone. */
                    email?: string | null;
                    id: components["schemas"]["UserId"];
                    /** @description What people call them; may be empty. */
                    name: string;
                } | null;
            }[];
            /** @description The `cursor` of the next page; null at the end. */
            next_cursor?: string | null;
        };
        /** @description A page of a list. */
        List_DeadTask: {
            /** @description The items, in the order of the list. */
            items: {
                /** @description When it was given up. */
                at: components["schemas"]["Timestamp"];
                /**
                 * Format: int32
                 * @description How many attempts were begun.
                 */
                attempt: number;
                /** @description When it was enqueued. */
                created_at: components["schemas"]["Timestamp"];
                /** @description What the last of them said. */
                error: string;
                id: components["schemas"]["Id"];
                /** @description The task's name. */
                name: string;
                /** @description What it was to do. */
                payload: unknown;
                tenant_id: components["schemas"]["TenantId"];
            }[];
            /** @description The `cursor` of the next page; null at the end. */
            next_cursor?: string | null;
        };
        /** @description A page of a list. */
        List_HistoryEntry: {
            /** @description The items, in the order of the list. */
            items: {
                /** @description When. */
                at: components["schemas"]["Timestamp"];
                /** @description The field, or `added` or `removed` for the property itself. */
                field: string;
                /** @description Since then. */
                new: unknown;
                /** @description Before, as REST shows the field; null for unknown. */
                old: unknown;
                /** @description Who said so: `api`, or the name of an import's source. */
                source: string;
                /**
                 * Format: int64
                 * @description The version that the change made.
                 */
                version: number;
            }[];
            /** @description The `cursor` of the next page; null at the end. */
            next_cursor?: string | null;
        };
        /** @description A page of a list. */
        List_LiveTopic: {
            /** @description The items, in the order of the list. */
            items: {
                /** @description When this was so. */
                at: components["schemas"]["Timestamp"];
                /**
                 * Format: int64
                 * @description Frames handed out here since somebody follows it, each counted once. Two looks tell a rate.
                 */
                frames: number;
                /**
                 * Format: int64
                 * @description The number of the last event handed out; null where there are no numbers.
                 */
                seq?: number | null;
                /** @description How many subscriptions it has at this node. */
                subscriptions: number;
                tenant_id: components["schemas"]["TenantId"];
                /** @description Its name. */
                topic: string;
            }[];
            /** @description The `cursor` of the next page; null at the end. */
            next_cursor?: string | null;
        };
        /** @description A page of a list. */
        List_LogView: {
            /** @description The items, in the order of the list. */
            items: {
                actor_id?: components["schemas"]["UserId"] | null;
                /** @description How others know the bidder. */
                alias?: string | null;
                amount?: components["schemas"]["Money"] | null;
                at: components["schemas"]["Timestamp"];
                /**
                 * Format: int64
                 * @description The bid that was taken back by it.
                 */
                bid_log_seq?: number | null;
                ends_at: components["schemas"]["Timestamp"];
                /** @description `bid`, `started`, `closed` … */
                kind: string;
                leader_alias?: string | null;
                /** Format: int64 */
                log_seq: number;
                price: components["schemas"]["Money"];
                /** @description Why, to operators and the seller. */
                reason?: string | null;
            }[];
            /** @description The `cursor` of the next page; null at the end. */
            next_cursor?: string | null;
        };
        /** @description A page of a list. */
        List_OpenTask: {
            /** @description The items, in the order of the list. */
            items: {
                /**
                 * Format: int32
                 * @description How many attempts were begun.
                 */
                attempt: number;
                /** @description When it was enqueued. */
                created_at: components["schemas"]["Timestamp"];
                id: components["schemas"]["Id"];
                /** @description What the last attempt said, when it failed. */
                last_error?: string | null;
                /** @description The task's name. */
                name: string;
                /** @description When it is or was due. */
                run_at: components["schemas"]["Timestamp"];
                /**
                 * @description Where an open task stands.
                 * @enum {string}
                 */
                state: "running" | "due" | "waiting";
                tenant_id: components["schemas"]["TenantId"];
                /** @description The key that keeps others like it out while it is open. */
                unique_key?: string | null;
            }[];
            /** @description The `cursor` of the next page; null at the end. */
            next_cursor?: string | null;
        };
        /** @description A page of a list. */
        List_PropertyView: {
            /** @description The items, in the order of the list. */
            items: {
                auction_at?: components["schemas"]["Timestamp"] | null;
                /** @description Local date of the auction, `YYYY-MM-DD`. */
                auction_date?: string | null;
                /** @description Local hour of the auction, `HH:MM`. */
                auction_time?: string | null;
                /**
                 * Format: int64
                 * @description Bathrooms.
                 */
                bathrooms?: number | null;
                /**
                 * Format: int64
                 * @description Rooms to sleep in.
                 */
                bedrooms?: number | null;
                /** @description The number of the case. */
                case_number?: string | null;
                /** @description City. */
                city: string;
                /** @description County. */
                county?: string | null;
                /** @description When it came here. */
                created_at: components["schemas"]["Timestamp"];
                /** @description ISO 4217 code of all amounts. */
                currency: string;
                /** @description What else is to say. */
                description?: string | null;
                /**
                 * Format: double
                 * @description Kilometres from `near`; only in a list that was asked for by it.
                 */
                distance_km?: number | null;
                estimated_value?: components["schemas"]["Money"] | null;
                /** @description Which. */
                id: components["schemas"]["Id"];
                judgment_amount?: components["schemas"]["Money"] | null;
                /**
                 * Format: double
                 * @description Degrees north.
                 */
                latitude?: number | null;
                list_price?: components["schemas"]["Money"] | null;
                /**
                 * Format: int64
                 * @description Square feet to live on.
                 */
                living_area?: number | null;
                /**
                 * Format: double
                 * @description Degrees east.
                 */
                longitude?: number | null;
                /**
                 * Format: int64
                 * @description Square feet of land.
                 */
                lot_size?: number | null;
                opening_bid?: components["schemas"]["Money"] | null;
                /** @description The county's number of the land. */
                parcel_number?: string | null;
                /** @description Two letters. */
                state: string;
                /** @description Where it stands. */
                status: string;
                /** @description Street and number, unit included. */
                street: string;
                /** @description IANA zone of the auction venue. */
                time_zone: string;
                /** @description Who conducts the sale. */
                trustee?: string | null;
                /** @description What it is. */
                type?: string | null;
                /** @description When it last changed. */
                updated_at: components["schemas"]["Timestamp"];
                /** @description Where the auction is held. */
                venue?: string | null;
                /**
                 * Format: int64
                 * @description Grows by one with each change; also the entity tag.
                 */
                version: number;
                /**
                 * Format: int64
                 * @description Year.
                 */
                year_built?: number | null;
                /** @description ZIP code. */
                zip_code?: string | null;
            }[];
            /** @description The `cursor` of the next page; null at the end. */
            next_cursor?: string | null;
        };
        /** @description A page of a list. */
        List_ReactionView: {
            /** @description The items, in the order of the list. */
            items: {
                /**
                 * Format: int64
                 * @description How many positions it is behind the journal's end.
                 */
                behind: number;
                /** @description Its name. */
                name: string;
                /**
                 * Format: int64
                 * @description The position of the last event that it has taken at the node that answers.
                 */
                position: number;
            }[];
            /** @description The `cursor` of the next page; null at the end. */
            next_cursor?: string | null;
        };
        /** @description A page of a list. */
        List_RegistrationView: {
            /** @description The items, in the order of the list. */
            items: {
                /** @description To themselves and to operators; to the seller once nothing is left to decide. */
                alias?: string | null;
                joined_at: components["schemas"]["Timestamp"];
                limit?: components["schemas"]["Money"] | null;
                /** @description `pending`, `approved` or `rejected`. */
                state: string;
                user_id: components["schemas"]["UserId"];
            }[];
            /** @description The `cursor` of the next page; null at the end. */
            next_cursor?: string | null;
        };
        /** @description A page of a list. */
        List_SourceLink: {
            /** @description The items, in the order of the list. */
            items: {
                /** @description Since when. */
                at: components["schemas"]["Timestamp"];
                /** @description The source. */
                source: string;
                /** @description Its name for the property. */
                source_id: string;
            }[];
            /** @description The `cursor` of the next page; null at the end. */
            next_cursor?: string | null;
        };
        /** @description A page of a list. */
        List_SourceView: {
            /** @description The items, in the order of the list. */
            items: {
                /** @description Whether it is looked at by itself. */
                enabled: boolean;
                /**
                 * Format: int64
                 * @description How often, in minutes; null for what is sent.
                 */
                every_minutes?: number | null;
                /**
                 * Format: int64
                 * @description How many runs in a row went badly.
                 */
                failures: number;
                introduced_at?: components["schemas"]["Timestamp"] | null;
                /**
                 * @description Where it is.
                 * @enum {string}
                 */
                kind: "url" | "folder" | "sent";
                /** @description What was wrong with the last run; null when it went well. */
                last_error?: string | null;
                /** @description What the last import came to. */
                last_import: {
                    /** Format: int64 */
                    added: number;
                    /** Format: int64 */
                    changed: number;
                    /** Format: int64 */
                    merged: number;
                    /** Format: int64 */
                    rejected: number;
                    /** @description The first 20 rejected rows. */
                    rejected_rows: components["schemas"]["RejectedRow"][];
                    /** Format: int64 */
                    unchanged: number;
                };
                last_run_at?: components["schemas"]["Timestamp"] | null;
                last_success_at?: components["schemas"]["Timestamp"] | null;
                /** @description Its name. */
                name: string;
                next_run_at?: components["schemas"]["Timestamp"] | null;
                /** @description The URL without its query, or the folder; null for what is sent. */
                place?: string | null;
                /** @description Whether somebody is at work, or was when it broke off. */
                running: boolean;
            }[];
            /** @description The `cursor` of the next page; null at the end. */
            next_cursor?: string | null;
        };
        /** @description A page of a list. */
        List_TaskQueue: {
            /** @description The items, in the order of the list. */
            items: {
                /**
                 * Format: int64
                 * @description Dead letters.
                 */
                dead: number;
                /**
                 * Format: int64
                 * @description Could run at once.
                 */
                due: number;
                /** @description The task's name. */
                name: string;
                oldest_due_at?: components["schemas"]["Timestamp"] | null;
                /**
                 * Format: int64
                 * @description Of those due or waiting: failed before.
                 */
                retrying: number;
                /**
                 * Format: int64
                 * @description In somebody's hands.
                 */
                running: number;
                /**
                 * Format: int64
                 * @description Wait for their time.
                 */
                waiting: number;
            }[];
            /** @description The `cursor` of the next page; null at the end. */
            next_cursor?: string | null;
        };
        /** @description A page of a list. */
        List_TaskSchedule: {
            /** @description The items, in the order of the list. */
            items: {
                /** @description Minute, hour, day of month, month, day of week; null where there is a steady pace. */
                cron?: string | null;
                /**
                 * Format: int64
                 * @description The time between two occurrences, in seconds; null where a pattern says when.
                 */
                every_seconds?: number | null;
                last_at?: components["schemas"]["Timestamp"] | null;
                name: string;
                next_at?: components["schemas"]["Timestamp"] | null;
                tenant_id: components["schemas"]["TenantId"];
                /** @description On whose clocks the pattern is read. */
                time_zone?: string | null;
            }[];
            /** @description The `cursor` of the next page; null at the end. */
            next_cursor?: string | null;
        };
        /** @description A page of a list. */
        List_TransferView: {
            /** @description The items, in the order of the list. */
            items: {
                /** @description Below zero when it was paid. */
                amount: components["schemas"]["Money"];
                at: components["schemas"]["Timestamp"];
                auction_id?: components["schemas"]["Id"] | null;
                currency: string;
                id: components["schemas"]["Id"];
                /** @description `grant`, `sale`, `refund`, `deposit`. */
                kind: string;
                /** @description Why, or what was sold. */
                reason?: string | null;
            }[];
            /** @description The `cursor` of the next page; null at the end. */
            next_cursor?: string | null;
        };
        /** @description A page of a list. */
        List_UndigestedEvent: {
            /** @description The items, in the order of the list. */
            items: {
                /** @description When it was given up. */
                at: components["schemas"]["Timestamp"];
                /** @description What went wrong at the last attempt. */
                error: string;
                /** @description The event's name; null when the journal has let go of it. */
                event?: string | null;
                /**
                 * Format: int64
                 * @description The event's position.
                 */
                position: number;
                /** @description Which reaction. */
                reaction: string;
                tenant_id?: components["schemas"]["TenantId"] | null;
            }[];
            /** @description The `cursor` of the next page; null at the end. */
            next_cursor?: string | null;
        };
        /** @description A page of a list. */
        List_WatchEntry: {
            /** @description The items, in the order of the list. */
            items: {
                auction?: components["schemas"]["WatchedAuction"] | null;
                /** @description Since when it is watched. */
                created_at: components["schemas"]["Timestamp"];
                /** @description The entry's id. */
                id: components["schemas"]["Id"];
                /** @description The user's own words. */
                notes?: string | null;
                /** @description Which property. */
                property_id: components["schemas"]["Id"];
                /** @description When the notes were last changed. */
                updated_at: components["schemas"]["Timestamp"];
            }[];
            /** @description The `cursor` of the next page; null at the end. */
            next_cursor?: string | null;
        };
        /** @description A page of a list. */
        List_WinnerView: {
            /** @description The items, in the order of the list. */
            items: {
                alias: string;
                /** @description What they pay. */
                amount: components["schemas"]["Money"];
                me: boolean;
                /**
                 * Format: int32
                 * @description From 1.
                 */
                rank: number;
                user_id?: components["schemas"]["UserId"] | null;
            }[];
            /** @description The `cursor` of the next page; null at the end. */
            next_cursor?: string | null;
        };
        /** @description Whether the process answers. */
        Live: {
            /** @description Always `ok`. */
            status: string;
            /** @description The server's version. */
            version: string;
        };
        /** @description A topic that somebody follows. */
        LiveTopic: {
            /** @description When this was so. */
            at: components["schemas"]["Timestamp"];
            /**
             * Format: int64
             * @description Frames handed out here since somebody follows it, each counted once. Two looks tell a rate.
             */
            frames: number;
            /**
             * Format: int64
             * @description The number of the last event handed out; null where there are no numbers.
             */
            seq?: number | null;
            /** @description How many subscriptions it has at this node. */
            subscriptions: number;
            tenant_id: components["schemas"]["TenantId"];
            /** @description Its name. */
            topic: string;
        };
        /** @description An entry of the log. Who did it, the maximum and the reason are for operators and the seller. */
        LogView: {
            actor_id?: components["schemas"]["UserId"] | null;
            /** @description How others know the bidder. */
            alias?: string | null;
            amount?: components["schemas"]["Money"] | null;
            at: components["schemas"]["Timestamp"];
            /**
             * Format: int64
             * @description The bid that was taken back by it.
             */
            bid_log_seq?: number | null;
            ends_at: components["schemas"]["Timestamp"];
            /** @description `bid`, `started`, `closed` … */
            kind: string;
            leader_alias?: string | null;
            /** Format: int64 */
            log_seq: number;
            price: components["schemas"]["Money"];
            /** @description Why, to operators and the seller. */
            reason?: string | null;
        };
        /** @description What a change of several did. */
        ManyAnswer: {
            /**
             * Format: int64
             * @description How many notifications it changed; 0 when all was so already.
             */
            changed: number;
            /**
             * Format: int64
             * @description See the inbox.
             */
            unread_count: number;
            /**
             * Format: int64
             * @description See the inbox.
             */
            unseen_count: number;
            /**
             * Format: int64
             * @description See the inbox.
             */
            version: number;
        };
        /** @description Up to where; nothing means all that are unread now. */
        MarkAllBody: {
            /**
             * Format: int64
             * @description The highest `inbox_no` that the client has.
             */
            up_to?: number | null;
        };
        /** @description How many properties criteria match. */
        MatchingView: {
            /**
             * Format: int32
             * @description How many properties match now.
             */
            matching_now: number;
            /**
             * @description Whether that is all. Counting stops at 1,000 matches and after the newest 100,000
             *     properties; there are at least so many then.
             */
            matching_now_is_exact: boolean;
        };
        /** @description A user as they see themselves. */
        Me: {
            /** @description In lower case. */
            email: string;
            /** @description Who. */
            id: components["schemas"]["UserId"];
            /** @description What people call them; may be empty. */
            name: string;
            /** @description Their roles now. */
            roles: components["schemas"]["Roles"];
            /** @description Their tenant. */
            tenant_id: components["schemas"]["TenantId"];
        };
        /** @description decimal number with exactly the currency's digits */
        Money: number;
        /** @description A new alert, and how many properties it matches. */
        NewAlertView: components["schemas"]["AlertView"] & components["schemas"]["MatchingView"];
        /** @description An auction as its seller lays it down. What a change does not name stays. */
        NewAuctionBody: {
            buy_now?: components["schemas"]["DecimalInput"] | null;
            /** @description `first_bid` unless said, or `reserve_met`. */
            buy_now_until?: string | null;
            /** @description What amounts are of: `COIN` unless said; it stays. */
            currency?: string | null;
            /**
             * Format: int64
             * @description How long the seller may think when the reserve was not met, in milliseconds.
             */
            decide_ms?: number | null;
            deposit?: components["schemas"]["DecimalInput"] | null;
            /** @description At most 10,000 characters. */
            description?: string | null;
            ends_at: components["schemas"]["Timestamp"] | null;
            /** @description `open` unless said, `approval`, or `deposit`. */
            entry?: string | null;
            /** @description Whether a bid may jump to its amount. */
            exact_bids?: boolean | null;
            hard_end?: components["schemas"]["Timestamp"] | null;
            /** @description A picture, `https://…`. */
            image_url?: string | null;
            /** @description The step table; the customary one of the currency unless said. */
            increments?: components["schemas"]["StepBody"][] | null;
            /**
             * Format: int32
             * @description How many win, 1 unless said; above that neither reserve, `buy_now` nor `exact_bids`.
             */
            places?: number | null;
            reserve?: components["schemas"]["DecimalInput"] | null;
            /** @description `off` unless said, or `typo`: whether bidders may take back a slip of the finger. */
            retraction?: string | null;
            /** @description Who sells: oneself unless said, which takes the role `operator`. */
            seller_id?: string | null;
            soft_close?: components["schemas"]["SoftCloseBody"] | null;
            start_price: components["schemas"]["DecimalInput"] | null;
            starts_at?: components["schemas"]["Timestamp"] | null;
            /** @description At most 200 characters. Required in a new auction. */
            title: string | null;
        };
        /** @description A notice for people. */
        NewNotice: {
            /** @description Where to go: a path in the app, or an address that begins with `https://`. */
            action_url?: string | null;
            /** @description At most 4,000 characters. */
            body?: string;
            /** @description In the large; `system` when nothing is said. */
            category?: string | null;
            data?: components["schemas"]["Data"] | null;
            /** @description Two notices with one key are one notification to each user. */
            dedup_key?: string | null;
            expires_at?: components["schemas"]["Timestamp"] | null;
            object_id?: components["schemas"]["Id"] | null;
            /** @description The family of the object that it speaks of; goes with `object_id`. */
            object_type?: string | null;
            /** @description How urgent: `low`, `medium` (also `normal`), `high`, `critical`; else `medium`. */
            priority?: string | null;
            /** @description One line, 1 to 200 characters. */
            title: string;
            /** @description What kind of notice, such as `system.maintenance`. */
            type: string;
            /** @description Who is to be told, 1 to 10,000 users of one's own tenant. */
            users: components["schemas"]["UserId"][];
        };
        /**
         * @description A way to tell somebody something.
         * @enum {string}
         */
        NoticeChannel: "in_app" | "email" | "push" | "sms" | "webhook";
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
        /** @description A notification after a change, with the counters. */
        OneAnswer: {
            /** @description The notification as it is now. */
            notification: components["schemas"]["Notification"];
            /**
             * Format: int64
             * @description See the inbox.
             */
            unread_count: number;
            /**
             * Format: int64
             * @description See the inbox.
             */
            unseen_count: number;
            /**
             * Format: int64
             * @description See the inbox.
             */
            version: number;
        };
        /** @description A task that has not ended. */
        OpenTask: {
            /**
             * Format: int32
             * @description How many attempts were begun.
             */
            attempt: number;
            /** @description When it was enqueued. */
            created_at: components["schemas"]["Timestamp"];
            id: components["schemas"]["Id"];
            /** @description What the last attempt said, when it failed. */
            last_error?: string | null;
            /** @description The task's name. */
            name: string;
            /** @description When it is or was due. */
            run_at: components["schemas"]["Timestamp"];
            /**
             * @description Where an open task stands.
             * @enum {string}
             */
            state: "running" | "due" | "waiting";
            tenant_id: components["schemas"]["TenantId"];
            /** @description The key that keeps others like it out while it is open. */
            unique_key?: string | null;
        };
        /** @description An installation, as one of its nodes sees it. */
        Overview: {
            /** @description Whether the figures below are of all tenants, and not of the caller's own alone. */
            all_tenants: boolean;
            /**
             * @description How the nodes hear of one another.
             * @enum {string}
             */
            broker: "none" | "connected" | "away";
            /**
             * @description Which database is in use.
             * @enum {string}
             */
            database: "sqlite" | "postgres";
            /** @description How well it can do its work. */
            health: {
                /** @description What is wrong; empty when nothing is. */
                reasons: string[];
                /**
                 * @description `ok`; `degraded` when it goes on with less; `unavailable`.
                 * @enum {string}
                 */
                status: "ok" | "degraded" | "unavailable";
            };
            /** @description The name of the node that answers; new at each start. */
            node: components["schemas"]["Id"];
            /** @description Its clock. */
            now: components["schemas"]["Timestamp"];
            /**
             * Format: int64
             * @description Memory of its process that is in RAM, in bytes; null where the system does not tell.
             */
            resident_bytes?: number | null;
            /** @description What is open at the node that answers. */
            sockets: {
                /** @description Open connections. */
                connections: number;
                /**
                 * Format: int64
                 * @description Frames handed out by topics that are followed now, each counted once.
                 */
                frames: number;
                /** @description Bytes that wait to be written. */
                queue_bytes: number;
                /** @description Subscriptions of all connections. */
                subscriptions: number;
                /** @description Topics with at least one subscriber. */
                topics: number;
                /** @description Users with at least one of them. */
                users: number;
            };
            /** @description When it was started. */
            started_at: components["schemas"]["Timestamp"];
            /** @description Tasks of all kinds. */
            tasks: {
                /**
                 * Format: int64
                 * @description Dead letters.
                 */
                dead: number;
                /**
                 * Format: int64
                 * @description Could run at once.
                 */
                due: number;
                oldest_due_at?: components["schemas"]["Timestamp"] | null;
                /**
                 * Format: int64
                 * @description Of those due or waiting: failed before.
                 */
                retrying: number;
                /**
                 * Format: int64
                 * @description In somebody's hands.
                 */
                running: number;
                /**
                 * Format: int64
                 * @description Wait for their time.
                 */
                waiting: number;
            };
            /** @description Its version. */
            version: string;
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
        /** @description A point. */
        Position: {
            /** @description Degrees east, then degrees north. */
            coordinates: number[];
            /** @description `Point`. */
            type: string;
        };
        /**
         * @description What holds for some of the things, and goes before the matrix. It says what it is about (at
         *     least one of category, type, object and actor) and what holds (at least one of enabled,
         *     min_priority and muted_until).
         */
        PreferenceRule: {
            /** @default null */
            actor?: components["schemas"]["Id"] | null;
            /**
             * @description A category.
             * @default null
             */
            category?: string | null;
            /** @default null */
            channel?: components["schemas"]["NoticeChannel"] | null;
            /**
             * @description Whether it goes out.
             * @default null
             */
            enabled?: boolean | null;
            /**
             * @description Only what is at least so urgent.
             * @default null
             */
            min_priority?: string | null;
            /** @default null */
            muted_until?: components["schemas"]["Timestamp"] | null;
            /** @default null */
            object_id?: components["schemas"]["Id"] | null;
            /**
             * @description The family of an object; goes with `object_id`.
             * @default null
             */
            object_type?: string | null;
            /**
             * @description An exact type, such as `auction.postponed`.
             * @default null
             */
            type?: string | null;
        };
        /** @description How a user wants to be told. Unknown fields are ignored. */
        Preferences: {
            /**
             * @description Quiet all day long.
             * @default false
             */
            all_day?: boolean;
            /** @default null */
            business_hours?: components["schemas"]["BusinessHours"] | null;
            /**
             * @description Whether things are gathered and sent together.
             * @default {
             *       "frequency": "off",
             *       "time": "08:00",
             *       "weekday": "monday"
             *     }
             */
            digest?: components["schemas"]["DigestWish"];
            /** @default null */
            dnd_until?: components["schemas"]["Timestamp"] | null;
            /**
             * @description Where e-mail goes; null for the account's own address.
             * @default null
             */
            email?: string | null;
            /**
             * @description Whether anything goes out by e-mail.
             * @default true
             */
            email_enabled?: boolean;
            /**
             * @description Whether anything is shown in the app.
             * @default true
             */
            in_app_enabled?: boolean;
            /**
             * @description Language, as in `en` or `pt-BR`.
             * @default en
             */
            locale?: string;
            /**
             * @description Which kinds of things go out on which channel.
             * @default {
             *       "account": {
             *         "email": true,
             *         "in_app": true,
             *         "push": true,
             *         "sms": true,
             *         "webhook": true
             *       },
             *       "auction": {
             *         "email": true,
             *         "in_app": true,
             *         "push": true,
             *         "sms": true,
             *         "webhook": true
             *       },
             *       "bidding": {
             *         "email": true,
             *         "in_app": true,
             *         "push": true,
             *         "sms": true,
             *         "webhook": true
             *       },
             *       "chat": {
             *         "email": true,
             *         "in_app": true,
             *         "push": true,
             *         "sms": true,
             *         "webhook": true
             *       },
             *       "job": {
             *         "email": true,
             *         "in_app": true,
             *         "push": true,
             *         "sms": true,
             *         "webhook": true
             *       },
             *       "portfolio": {
             *         "email": true,
             *         "in_app": true,
             *         "push": true,
             *         "sms": true,
             *         "webhook": true
             *       },
             *       "property_alert": {
             *         "email": true,
             *         "in_app": true,
             *         "push": true,
             *         "sms": true,
             *         "webhook": true
             *       },
             *       "system": {
             *         "email": true,
             *         "in_app": true,
             *         "push": true,
             *         "sms": true,
             *         "webhook": true
             *       },
             *       "team": {
             *         "email": true,
             *         "in_app": true,
             *         "push": true,
             *         "sms": true,
             *         "webhook": true
             *       }
             *     }
             */
            matrix?: components["schemas"]["ChannelMatrix"];
            /**
             * Format: int32
             * @description How many a day at most, on each channel but the app; null for any number.
             * @default null
             */
            max_per_day?: number | null;
            /**
             * Format: int32
             * @description How many an hour at most, on each channel but the app; null for any number.
             * @default null
             */
            max_per_hour?: number | null;
            /**
             * @description What is at least so urgent comes at any hour.
             * @default critical
             * @example critical
             */
            override_priority?: string;
            /**
             * @description Where SMS go, in the form of E.164.
             * @default null
             * @example +14155550123
             */
            phone?: string | null;
            /**
             * @description Whether anything is pushed.
             * @default true
             */
            push_enabled?: boolean;
            /**
             * @description The days on which quiet hours begin; all when absent.
             * @default [
             *       "monday",
             *       "tuesday",
             *       "wednesday",
             *       "thursday",
             *       "friday",
             *       "saturday",
             *       "sunday"
             *     ]
             */
            quiet_hours_days?: components["schemas"]["Weekday"][];
            /**
             * @description When it is quiet no more. Before the start: on the next day. The same only with `all_day`.
             * @default null
             */
            quiet_hours_end?: string | null;
            /**
             * @description What becomes of what comes meanwhile: `hold`, `digest` or `drop`.
             * @default hold
             */
            quiet_hours_mode?: components["schemas"]["QuietMode"];
            /**
             * @description When it becomes quiet, local time as `HH:MM`; null for never.
             * @default null
             */
            quiet_hours_start?: string | null;
            /**
             * @description How long before an auction one wants to be reminded, in milliseconds, the longest first.
             * @default [
             *       604800000,
             *       259200000,
             *       86400000,
             *       3600000
             *     ]
             */
            reminder_offsets_ms?: number[];
            /**
             * @description What holds for single kinds, things and people; at most 100.
             * @default []
             */
            rules?: components["schemas"]["PreferenceRule"][];
            /**
             * @description Whether anything goes out by SMS.
             * @default false
             */
            sms_enabled?: boolean;
            /**
             * @description IANA name of the zone of the user's days.
             * @default UTC
             */
            timezone?: string;
            /**
             * @description Whether anything goes to the user's webhooks.
             * @default false
             */
            webhook_enabled?: boolean;
        };
        /** @description Preferences with their version. */
        PreferencesView: components["schemas"]["Preferences"] & {
            updated_at?: components["schemas"]["Timestamp"] | null;
            /**
             * Format: int64
             * @description Grows by one with each change; 0 while nothing was ever said. Also the `ETag`.
             */
            version: number;
        };
        /** @description The body of every error on REST (RFC 9457). */
        Problem: {
            /** @description The stable word for programs. */
            code: string;
            /** @description A sentence about this very case. */
            detail: string;
            /** @description More for programs, in the code's own form. */
            details?: Record<string, unknown> | null;
            /** @description What is wrong with which field. */
            errors?: components["schemas"]["FieldError"][];
            /** @description The id of the request, as in `X-Request-Id` and in the log. */
            instance?: string | null;
            /**
             * Format: int64
             * @description How long to wait before the next try, in milliseconds.
             */
            retry_after_ms?: number | null;
            /**
             * Format: int32
             * @description The HTTP status.
             */
            status: number;
            /** @description What the code means; the same for every problem of the code. */
            title: string;
            /** @description Names the kind of problem: `urn:openbell:error:<code>`. */
            type: string;
        };
        /**
         * @description A property to make or to change. A property must have street, city, state and status; a new one
         *     without status is in `auction` when it has an auction date, else in `preforeclosure`.
         */
        PropertyBody: {
            /** @description Local date of the auction, `YYYY-MM-DD`. */
            auction_date?: string | null;
            /** @description Local hour of the auction, `HH:MM` or `10:00 AM`. */
            auction_time?: string | null;
            /**
             * Format: int64
             * @description Bathrooms, half ones counted as one.
             */
            bathrooms?: number | null;
            /**
             * Format: int64
             * @description Rooms to sleep in.
             */
            bedrooms?: number | null;
            /** @description The number of the case. */
            case_number?: string | null;
            /** @description City. */
            city?: string | null;
            /** @description County. */
            county?: string | null;
            /** @description What else is to say. */
            description?: string | null;
            estimated_value?: components["schemas"]["DecimalInput"] | null;
            judgment_amount?: components["schemas"]["DecimalInput"] | null;
            /**
             * Format: double
             * @description Degrees north, −90 to 90; only together with `longitude`.
             */
            latitude?: number | null;
            list_price?: components["schemas"]["DecimalInput"] | null;
            /**
             * Format: int64
             * @description Square feet to live on.
             */
            living_area?: number | null;
            /**
             * Format: double
             * @description Degrees east, −180 to 180.
             */
            longitude?: number | null;
            /**
             * Format: int64
             * @description Square feet of land.
             */
            lot_size?: number | null;
            opening_bid?: components["schemas"]["DecimalInput"] | null;
            /** @description The county's number of the land. */
            parcel_number?: string | null;
            /** @description Two letters, or the name in full. */
            state?: string | null;
            /** @description `preforeclosure`, `auction`, `sold`, `reo`, `cancelled` or `redeemed`. */
            status?: string | null;
            /** @description Street and number, unit included. */
            street?: string | null;
            /** @description IANA zone of the auction venue; the state's main one when it is not given. */
            time_zone?: string | null;
            /** @description Who conducts the sale. */
            trustee?: string | null;
            /**
             * @description `single_family`, `condo`, `multi_family`, `commercial`, `townhouse`, `manufactured`,
             *     `land` or `other`; other usual spellings are taken too.
             */
            type?: string | null;
            /** @description Where the auction is held. */
            venue?: string | null;
            /**
             * Format: int64
             * @description Year.
             */
            year_built?: number | null;
            /** @description `94102` or `94102-1234`. */
            zip_code?: string | null;
        };
        /** @description A property as it is now. What is unknown is null. */
        PropertyView: {
            auction_at?: components["schemas"]["Timestamp"] | null;
            /** @description Local date of the auction, `YYYY-MM-DD`. */
            auction_date?: string | null;
            /** @description Local hour of the auction, `HH:MM`. */
            auction_time?: string | null;
            /**
             * Format: int64
             * @description Bathrooms.
             */
            bathrooms?: number | null;
            /**
             * Format: int64
             * @description Rooms to sleep in.
             */
            bedrooms?: number | null;
            /** @description The number of the case. */
            case_number?: string | null;
            /** @description City. */
            city: string;
            /** @description County. */
            county?: string | null;
            /** @description When it came here. */
            created_at: components["schemas"]["Timestamp"];
            /** @description ISO 4217 code of all amounts. */
            currency: string;
            /** @description What else is to say. */
            description?: string | null;
            /**
             * Format: double
             * @description Kilometres from `near`; only in a list that was asked for by it.
             */
            distance_km?: number | null;
            estimated_value?: components["schemas"]["Money"] | null;
            /** @description Which. */
            id: components["schemas"]["Id"];
            judgment_amount?: components["schemas"]["Money"] | null;
            /**
             * Format: double
             * @description Degrees north.
             */
            latitude?: number | null;
            list_price?: components["schemas"]["Money"] | null;
            /**
             * Format: int64
             * @description Square feet to live on.
             */
            living_area?: number | null;
            /**
             * Format: double
             * @description Degrees east.
             */
            longitude?: number | null;
            /**
             * Format: int64
             * @description Square feet of land.
             */
            lot_size?: number | null;
            opening_bid?: components["schemas"]["Money"] | null;
            /** @description The county's number of the land. */
            parcel_number?: string | null;
            /** @description Two letters. */
            state: string;
            /** @description Where it stands. */
            status: string;
            /** @description Street and number, unit included. */
            street: string;
            /** @description IANA zone of the auction venue. */
            time_zone: string;
            /** @description Who conducts the sale. */
            trustee?: string | null;
            /** @description What it is. */
            type?: string | null;
            /** @description When it last changed. */
            updated_at: components["schemas"]["Timestamp"];
            /** @description Where the auction is held. */
            venue?: string | null;
            /**
             * Format: int64
             * @description Grows by one with each change; also the entity tag.
             */
            version: number;
            /**
             * Format: int64
             * @description Year.
             */
            year_built?: number | null;
            /** @description ZIP code. */
            zip_code?: string | null;
        };
        /** @description What somebody has in one currency. */
        Purse: {
            /** @description What can be spent or bid. */
            available: components["schemas"]["Money"];
            /** @description Everything, what is held included. */
            balance: components["schemas"]["Money"];
            currency: string;
            /** @description What is set aside: the maxima of auctions where they lead, and deposits. */
            held: components["schemas"]["Money"];
        };
        /**
         * @description What becomes of what comes in quiet hours.
         * @enum {string}
         */
        QuietMode: "hold" | "digest" | "drop";
        /** @description A notice is on its way. */
        Raised: {
            /** @description How many users will be told. */
            users: number;
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
        /** @description A reaction. */
        ReactionView: {
            /**
             * Format: int64
             * @description How many positions it is behind the journal's end.
             */
            behind: number;
            /** @description Its name. */
            name: string;
            /**
             * Format: int64
             * @description The position of the last event that it has taken at the node that answers.
             */
            position: number;
        };
        /** @description Which to mark read: exactly one of the three. */
        ReadBody: {
            /** @description True: all that are unread now. */
            all?: boolean | null;
            /** @description These, at most 200. */
            ids?: components["schemas"]["Id"][] | null;
            /**
             * Format: int64
             * @description All that are unread up to this `inbox_no`.
             */
            up_to?: number | null;
        };
        /** @description Whether a node can do its work, and what is wrong when it cannot. */
        Ready: {
            /** @description What is wrong; empty when nothing is. */
            reasons: string[];
            /**
             * @description `ok`; `degraded` when it goes on with less; `unavailable`.
             * @enum {string}
             */
            status: "ok" | "degraded" | "unavailable";
        };
        /** @description Why something is done; it stands in the log. */
        ReasonBody: {
            /** @description At most 500 characters. */
            reason?: string | null;
        };
        /** @description Somebody who takes part, to operators and the seller. */
        RegistrationView: {
            /** @description To themselves and to operators; to the seller once nothing is left to decide. */
            alias?: string | null;
            joined_at: components["schemas"]["Timestamp"];
            limit?: components["schemas"]["Money"] | null;
            /** @description `pending`, `approved` or `rejected`. */
            state: string;
            user_id: components["schemas"]["UserId"];
        };
        /** @description A row that breaks a rule. */
        RejectedRow: {
            /**
             * Format: int64
             * @description Where it begins in the file, counted from 1.
             */
            line: number;
            /** @description The first rule that it breaks. */
            reason: string;
        };
        Roles: ("root" | "admin" | "manager" | "operator" | "agent" | "provider" | "user")[];
        /** @description What became of the wish to have a source looked at. */
        RunAnswer: {
            /** @description The source. */
            name: string;
            /** @description Whether a run was added; false when one is waiting or at work already. */
            queued: boolean;
        };
        /** @description What became of the wish to have a schedule's task done. */
        ScheduleRun: {
            /** @description The schedule. */
            name: string;
            /** @description Whether a task was added; false when one that was asked for has not ended yet. */
            queued: boolean;
        };
        /** @description How a sale ended. */
        SettleBody: {
            outcome?: components["schemas"]["SettleOutcome"];
            reason?: string | null;
        };
        /**
         * @description What came of a sale.
         * @enum {string}
         */
        SettleOutcome: "settled" | "defaulted";
        /** @description Who has signed in, and their tokens. */
        SignedIn: {
            /** @description For `Authorization: Bearer …`; lives for minutes. */
            access: string;
            /** @description Works once. */
            refresh: string;
            /** @description Who. */
            user: components["schemas"]["Me"];
        };
        /** @description E-mail and password. */
        SignIn: {
            email: string;
            password: string;
        };
        /** @description What to end beside the session of the access token. */
        SignOut: {
            refresh?: string | null;
        };
        /** @description A new account. */
        SignUp: {
            /** @description ASCII; kept in lower case. */
            email: string;
            /** @description What people call you. */
            name?: string | null;
            password: string;
        };
        /** @description How late bids move the end. */
        SoftCloseBody: {
            /**
             * Format: int64
             * @description The end is at least so many milliseconds behind that bid.
             */
            extend_ms?: number | null;
            /**
             * Format: int32
             * @description How often it is moved at most.
             */
            max_extensions?: number | null;
            /** @description `none`, `cars` (2 minutes), `property` (5 minutes). */
            preset?: string | null;
            /**
             * Format: int64
             * @description A bid in the last so many milliseconds moves the end.
             */
            window_ms?: number | null;
        };
        /** @description How late bids move the end. */
        SoftCloseView: {
            /**
             * Format: int64
             * @description The end is at least so many milliseconds behind that bid.
             */
            extend_ms: number;
            /**
             * Format: int32
             * @description How often it is moved at most.
             */
            max_extensions: number;
            /**
             * Format: int64
             * @description A bid in the last so many milliseconds moves the end.
             */
            window_ms: number;
        };
        /** @description Under which name a source knows a property. */
        SourceLink: {
            /** @description Since when. */
            at: components["schemas"]["Timestamp"];
            /** @description The source. */
            source: string;
            /** @description Its name for the property. */
            source_id: string;
        };
        /** @description A source and how it is doing. */
        SourceView: {
            /** @description Whether it is looked at by itself. */
            enabled: boolean;
            /**
             * Format: int64
             * @description How often, in minutes; null for what is sent.
             */
            every_minutes?: number | null;
            /**
             * Format: int64
             * @description How many runs in a row went badly.
             */
            failures: number;
            introduced_at?: components["schemas"]["Timestamp"] | null;
            /**
             * @description Where it is.
             * @enum {string}
             */
            kind: "url" | "folder" | "sent";
            /** @description What was wrong with the last run; null when it went well. */
            last_error?: string | null;
            /** @description What the last import came to. */
            last_import: {
                /** Format: int64 */
                added: number;
                /** Format: int64 */
                changed: number;
                /** Format: int64 */
                merged: number;
                /** Format: int64 */
                rejected: number;
                /** @description The first 20 rejected rows. */
                rejected_rows: components["schemas"]["RejectedRow"][];
                /** Format: int64 */
                unchanged: number;
            };
            last_run_at?: components["schemas"]["Timestamp"] | null;
            last_success_at?: components["schemas"]["Timestamp"] | null;
            /** @description Its name. */
            name: string;
            next_run_at?: components["schemas"]["Timestamp"] | null;
            /** @description The URL without its query, or the folder; null for what is sent. */
            place?: string | null;
            /** @description Whether somebody is at work, or was when it broke off. */
            running: boolean;
        };
        /** @description A step of the table of increments. */
        StepBody: {
            /** @description By how much the next bid is higher. */
            by: components["schemas"]["DecimalInput"];
            /** @description The lowest price that it applies to; 0 in the first one. */
            from: components["schemas"]["DecimalInput"];
        };
        /** @description A step of the table of increments. */
        StepView: {
            by: components["schemas"]["Money"];
            from: components["schemas"]["Money"];
        };
        /** @description What an import came to. */
        Summary: {
            /**
             * Format: int64
             * @description Properties that are new.
             */
            added: number;
            /**
             * Format: int64
             * @description Rows that changed a property which the source had named before.
             */
            changed: number;
            /** @description Whether nothing was written. */
            dry_run: boolean;
            /**
             * Format: int64
             * @description Rows that turned out to be a property known from elsewhere.
             */
            merged: number;
            /**
             * Format: int64
             * @description Rows that break a rule; nothing came of them.
             */
            rejected: number;
            /** @description The first 100 rejected rows. */
            rejected_rows: components["schemas"]["RejectedRow"][];
            /**
             * Format: int64
             * @description All rows.
             */
            rows: number;
            /**
             * Format: double
             * @description How long it took.
             */
            seconds: number;
            /**
             * Format: int64
             * @description Rows that said nothing new.
             */
            unchanged: number;
        };
        /** @description How much there is of one kind of task. */
        TaskQueue: {
            /**
             * Format: int64
             * @description Dead letters.
             */
            dead: number;
            /**
             * Format: int64
             * @description Could run at once.
             */
            due: number;
            /** @description The task's name. */
            name: string;
            oldest_due_at?: components["schemas"]["Timestamp"] | null;
            /**
             * Format: int64
             * @description Of those due or waiting: failed before.
             */
            retrying: number;
            /**
             * Format: int64
             * @description In somebody's hands.
             */
            running: number;
            /**
             * Format: int64
             * @description Wait for their time.
             */
            waiting: number;
        };
        /** @description A schedule, and how far it has come. */
        TaskSchedule: {
            /** @description Minute, hour, day of month, month, day of week; null where there is a steady pace. */
            cron?: string | null;
            /**
             * Format: int64
             * @description The time between two occurrences, in seconds; null where a pattern says when.
             */
            every_seconds?: number | null;
            last_at?: components["schemas"]["Timestamp"] | null;
            name: string;
            next_at?: components["schemas"]["Timestamp"] | null;
            tenant_id: components["schemas"]["TenantId"];
            /** @description On whose clocks the pattern is read. */
            time_zone?: string | null;
        };
        /**
         * Format: uuid
         * @description UUIDv7, lower-case
         */
        TenantId: string;
        /** @description A ticket for one socket. */
        Ticket: {
            /** @description Until when. */
            expires_at: components["schemas"]["Timestamp"];
            /** @description For `?ticket=` or the frame `connect`; works once. */
            ticket: string;
        };
        /**
         * Format: date-time
         * @description RFC 3339, UTC, milliseconds
         */
        Timestamp: string;
        /** @description An access token and the refresh token to get the next one with. */
        TokenPair: {
            /** @description For `Authorization: Bearer …`; lives for minutes. */
            access: string;
            /** @description Works once. */
            refresh: string;
        };
        /** @description The customary form: `username` is the e-mail. */
        TokenRequest: {
            email?: string | null;
            password: string;
            username?: string | null;
        };
        /** @description A payment, as one of its two parties sees it. */
        TransferView: {
            /** @description Below zero when it was paid. */
            amount: components["schemas"]["Money"];
            at: components["schemas"]["Timestamp"];
            auction_id?: components["schemas"]["Id"] | null;
            currency: string;
            id: components["schemas"]["Id"];
            /** @description `grant`, `sale`, `refund`, `deposit`. */
            kind: string;
            /** @description Why, or what was sold. */
            reason?: string | null;
        };
        /** @description A month of a price trend. */
        TrendMonth: {
            /** @description Of how many auctions. */
            count: number;
            /**
             * Format: double
             * @description The median opening bid.
             */
            median_opening_bid: number;
            /** @description `YYYY-MM`. */
            month: string;
        };
        /** @description An event that a reaction could not digest. */
        UndigestedEvent: {
            /** @description When it was given up. */
            at: components["schemas"]["Timestamp"];
            /** @description What went wrong at the last attempt. */
            error: string;
            /** @description The event's name; null when the journal has let go of it. */
            event?: string | null;
            /**
             * Format: int64
             * @description The event's position.
             */
            position: number;
            /** @description Which reaction. */
            reaction: string;
            tenant_id?: components["schemas"]["TenantId"] | null;
        };
        /** @description How many are unread. */
        UnreadCountAnswer: {
            /**
             * Format: int64
             * @description Neither read nor dismissed nor expired.
             */
            unread_count: number;
        };
        /** @description Up to where. */
        UpToBody: {
            /**
             * Format: int64
             * @description The highest `inbox_no` that was shown.
             */
            up_to: number;
        };
        /** @description What an admin wants to be so; what is left out stays. */
        UserChange: {
            /** @description Whether the user may sign in. Switching an account off ends its sessions. */
            active?: boolean | null;
            roles?: components["schemas"]["Roles"] | null;
        };
        /**
         * Format: uuid
         * @description UUIDv7, lower-case
         */
        UserId: string;
        /** @description What somebody has. */
        Wallet: {
            /** @description By currency; coins always. */
            purses: components["schemas"]["Purse"][];
            user_id: components["schemas"]["UserId"];
        };
        /**
         * @description What a watcher sees of a property. The same facts as in the frames of `/ws/auctions/`, in the
         *     spelling of REST.
         */
        WatchedAuction: {
            /** @description Local date of the auction, `YYYY-MM-DD`. */
            auction_date?: string | null;
            /**
             * @description Local hour of the auction as people say it.
             * @example 10:00 AM
             */
            auction_time?: string | null;
            /** @description City. */
            city: string;
            /**
             * @description Where it stands on its way.
             * @example auction
             */
            foreclosure_status: string;
            opening_bid?: components["schemas"]["Money"] | null;
            /** @description Which property. */
            property_id: components["schemas"]["Id"];
            /** @description Two-letter state. */
            state: string;
            /** @description Street and number. */
            street: string;
            /** @description ZIP code. */
            zip_code?: string | null;
        };
        /** @description An entry of the watchlist as REST shows it. */
        WatchEntry: {
            auction?: components["schemas"]["WatchedAuction"] | null;
            /** @description Since when it is watched. */
            created_at: components["schemas"]["Timestamp"];
            /** @description The entry's id. */
            id: components["schemas"]["Id"];
            /** @description The user's own words. */
            notes?: string | null;
            /** @description Which property. */
            property_id: components["schemas"]["Id"];
            /** @description When the notes were last changed. */
            updated_at: components["schemas"]["Timestamp"];
        };
        /**
         * @description A day of the week.
         * @enum {string}
         */
        Weekday: "monday" | "tuesday" | "wednesday" | "thursday" | "friday" | "saturday" | "sunday";
        /** @description Somebody who has won. */
        WinnerView: {
            alias: string;
            /** @description What they pay. */
            amount: components["schemas"]["Money"];
            me: boolean;
            /**
             * Format: int32
             * @description From 1.
             */
            rank: number;
            user_id?: components["schemas"]["UserId"] | null;
        };
        /** @description What is to be watched. */
        Wish: {
            /** @description The user's own words. */
            notes?: string | null;
            /** @description Which property. */
            property_id: components["schemas"]["Id"];
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    alias_list_notifications: {
        parameters: {
            query?: {
                /** @description The category. */
                category?: string;
                /** @description Where to go on: `next_cursor` of the page before. */
                cursor?: string;
                /** @description How many items at most, 1 to 200. */
                limit?: number;
                /** @description The object spoken of. */
                object_id?: string;
                /** @description The family of the object spoken of. */
                object_type?: string;
                /** @description The priority; `normal` is `medium`. */
                priority?: string;
                /** @description Only what came at this instant or later. */
                since?: string;
                /** @description `unread`, `read`, `dismissed` or `all`; else what is neither dismissed nor expired. */
                status?: "unread" | "read" | "dismissed" | "all";
                /** @description The exact type, such as `auction.postponed`. */
                type?: string;
                /** @description Only what came before this instant. */
                until?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AliasList_Notification"];
                };
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    alias_raise_notification: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewNotice"];
            };
        };
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Raised"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    alias_get_notification: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Notification"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    alias_delete_notification: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    alias_read_notification: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OneAnswer"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    alias_read_notifications: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["MarkAllBody"] | null;
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ManyAnswer"];
                };
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    alias_list_unread_notifications: {
        parameters: {
            query?: {
                /** @description Where to go on: `next_cursor` of the page before. */
                cursor?: string;
                /** @description How many items at most, 1 to 200. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AliasList_Notification"];
                };
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    alias_count_unread_notifications: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UnreadCountAnswer"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    alias_show_preferences: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PreferencesView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    alias_replace_preferences: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Preferences"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PreferencesView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    alias_amend_preferences: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Preferences"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PreferencesView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    alias_create_token: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TokenRequest"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenPair"];
                };
            };
            /** @description `invalid_credentials`, whatever is wrong */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description too many have failed; pauses grow */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    alias_refresh_token: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Exchange"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenPair"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description `refresh_superseded` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_connections: {
        parameters: {
            query?: {
                /** @description Where to go on: `next_cursor` of the page before. */
                cursor?: string;
                /** @description How many items at most, 1 to 200. */
                limit?: number;
                /** @description Those whose path or address has this in it. */
                q?: string;
                /** @description Those that follow this topic. */
                topic?: string;
                /** @description Those of this user. */
                user?: components["schemas"]["UserId"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["List_Connection"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_connection: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConnectionDetail"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description no open connection of this node */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    close_connection: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description no open connection of this node */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_dead_letters: {
        parameters: {
            query?: {
                /** @description Where to go on: `next_cursor` of the page before. */
                cursor?: string;
                /** @description How many items at most, 1 to 200. */
                limit?: number;
                /** @description The name of a task, such as `properties.pull`. */
                name?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["List_DeadTask"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    discard_dead_letter: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    redrive_dead_letter: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description `task_exists`; the dead letter stays */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_overview: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Overview"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_queues: {
        parameters: {
            query?: {
                /** @description Where to go on: `next_cursor` of the page before. */
                cursor?: string;
                /** @description How many items at most, 1 to 200. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["List_TaskQueue"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_reactions: {
        parameters: {
            query?: {
                /** @description Where to go on: `next_cursor` of the page before. */
                cursor?: string;
                /** @description How many items at most, 1 to 200. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["List_ReactionView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_schedules: {
        parameters: {
            query?: {
                /** @description Where to go on: `next_cursor` of the page before. */
                cursor?: string;
                /** @description How many items at most, 1 to 200. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["List_TaskSchedule"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    run_schedule: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ScheduleRun"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_tasks: {
        parameters: {
            query?: {
                /** @description Where to go on: `next_cursor` of the page before. */
                cursor?: string;
                /** @description How many items at most, 1 to 200. */
                limit?: number;
                /** @description The name of a task, such as `properties.pull`. */
                name?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["List_OpenTask"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    run_task: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description `task_due` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_topics: {
        parameters: {
            query?: {
                /** @description Where to go on: `next_cursor` of the page before. */
                cursor?: string;
                /** @description How many items at most, 1 to 200. */
                limit?: number;
                /** @description Those that begin with this, such as `property:`. */
                prefix?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["List_LiveTopic"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_topic: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                topic: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LiveTopic"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description nobody follows it here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_undigested_events: {
        parameters: {
            query?: {
                /** @description Where to go on: `next_cursor` of the page before. */
                cursor?: string;
                /** @description How many items at most, 1 to 200. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["List_UndigestedEvent"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_alerts: {
        parameters: {
            query?: {
                /** @description Where to go on: `next_cursor` of the page before. */
                cursor?: string;
                /** @description How many items at most, 1 to 200. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["List_AlertView"];
                };
            };
            /** @description the cursor is not one of this list */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_alert: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AlertBody"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewAlertView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description `alert_limit`, `alerts_full` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_alert: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AlertView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    replace_alert: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string | null;
            };
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AlertBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AlertView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description `alerts_full` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    remove_alert: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string | null;
            };
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    amend_alert: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string | null;
            };
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AlertBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AlertView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description `alerts_full` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    test: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description in the inbox a moment later */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    try_out: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AlertBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MatchingView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    analyse_auctions: {
        parameters: {
            query?: {
                /** @description Only this city, in any case. */
                city?: string;
                /** @description The first auction date, `YYYY-MM-DD`; a year before `to` when absent. */
                from?: string;
                /** @description `city`, `state`, `type` or `month` (default). */
                group_by?: "city" | "state" | "type" | "month";
                /** @description How many groups at most, 1 to 200, 50 unless told; months are all there. */
                limit?: number;
                /** @description Only this state, by code or name. */
                state?: string;
                /** @description The last auction date; today (UTC) when absent. */
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuctionAnalytics"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description others are asking; come again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_auctions: {
        parameters: {
            query?: {
                /** @description Where to go on: `next_cursor` of the page before. */
                cursor?: string;
                /** @description How many items at most, 1 to 200. */
                limit?: number;
                /** @description A word of the title. */
                q?: string;
                /** @description Whose: an id, or `me`. */
                seller?: string;
                /** @description `ending` unless said, where only open ones are asked for; else `newest`. */
                sort?: "ending" | "newest";
                /**
                 * @description Statuses, separated by commas; `open` for scheduled, live and paused, `over` for the rest
                 *     but drafts. All that one may see unless said.
                 */
                status?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["List_AuctionView"];
                };
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_auction: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewAuctionBody"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuctionView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description somebody else is to sell */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description `auction_limit` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_auction: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuctionView"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    amend_auction: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string | null;
            };
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AuctionBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuctionView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description `auction_status` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    accept_auction: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string | null;
            };
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReasonBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuctionView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description `auction_status`, `auction_time` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_bids: {
        parameters: {
            query?: {
                /** @description Where to go on: `next_cursor` of the page before. */
                cursor?: string;
                /** @description How many items at most, 1 to 200. */
                limit?: number;
            };
            header?: never;
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["List_BidView"];
                };
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    place_bid: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string | null;
            };
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BidRequest"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BidTaken"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description `bid_too_low` with `min_next`, `auction_not_live`, `auction_ended`, `insufficient_coins`, `seller_cannot_bid`, `not_approved`, `over_limit`, `stale_view`, `exact_not_allowed` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description `busy`, `unknown_outcome`: try again under the same key */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    retract_bid: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string | null;
            };
            path: {
                id: components["schemas"]["Id"];
                log_seq: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReasonBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuctionView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description `no_such_bid`, `auction_status` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    buy_now: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string | null;
            };
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuctionView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_buyable`, `insufficient_coins`, and as for a bid */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancel_auction: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string | null;
            };
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReasonBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuctionView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description `auction_status`, `auction_time` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    close_auction: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string | null;
            };
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReasonBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuctionView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description `auction_status`, `auction_time` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    counter_auction: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string | null;
            };
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CounterBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuctionView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description `auction_status` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    extend_auction: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string | null;
            };
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ExtendBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuctionView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description `auction_status`, `auction_time` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_leaderboard: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Leaderboard"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_auction_log: {
        parameters: {
            query?: {
                /** @description Entries behind this `log_seq`; from the first one unless said. */
                after?: number;
                /** @description Where to go on: `next_cursor` of the page before. */
                cursor?: string;
                /** @description How many items at most, 1 to 200. */
                limit?: number;
            };
            header?: never;
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["List_LogView"];
                };
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    pause_auction: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string | null;
            };
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReasonBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuctionView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description `auction_status`, `auction_time` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    publish_auction: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string | null;
            };
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReasonBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuctionView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description `auction_status`, `auction_time` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_registrations: {
        parameters: {
            query?: {
                /** @description Where to go on: `next_cursor` of the page before. */
                cursor?: string;
                /** @description How many items at most, 1 to 200. */
                limit?: number;
                /** @description `pending`, `approved` or `rejected`; all unless said. */
                state?: string;
            };
            header?: never;
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["List_RegistrationView"];
                };
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description `no_registration` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    register_for_auction: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RegistrationView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description `seller_cannot_bid`, `auction_status`, `insufficient_coins` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    approve_registration: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Id"];
                user_id: components["schemas"]["UserId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ApproveBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RegistrationView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description `auction_status`; `insufficient_coins` when a deposit that was given back cannot be held again */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    reject_registration: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Id"];
                user_id: components["schemas"]["UserId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RegistrationView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description `auction_status` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    reject_auction: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string | null;
            };
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReasonBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuctionView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description `auction_status`, `auction_time` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    resume_auction: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string | null;
            };
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReasonBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuctionView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description `auction_status`, `auction_time` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    settle_auction: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string | null;
            };
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SettleBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuctionView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description `auction_status`; `insufficient_coins` when the seller cannot pay back */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    start_auction: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string | null;
            };
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReasonBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuctionView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description `auction_status`, `auction_time` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    watch_auction: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    unwatch_auction: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_winners: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["List_WinnerView"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    login: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignIn"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedIn"];
                };
            };
            /** @description `invalid_credentials`, whatever is wrong */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description too many have failed; pauses grow */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    logout: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["SignOut"] | null;
            };
        };
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_me: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    refresh: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Exchange"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenPair"];
                };
            };
            /** @description not good; a spent one ends its session */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description `refresh_superseded`: exchanged seconds ago, use the newer one */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    register: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignUp"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedIn"];
                };
            };
            /** @description `email_taken` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_session: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BrowserSession"];
                };
            };
            /** @description no cookie, or its session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_session: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignIn"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BrowserSession"];
                };
            };
            /** @description `invalid_credentials`, whatever is wrong */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description `origin_not_allowed` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description too many have failed; pauses grow */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_session: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `csrf_missing` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    register_session: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignUp"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BrowserSession"];
                };
            };
            /** @description `origin_not_allowed` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description `email_taken` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_calendar: {
        parameters: {
            query?: {
                /** @description A day of it, `YYYY-MM-DD`; today when absent. */
                date?: string;
                /** @description IANA time zone of the days; the user's own (preferences) when absent, else UTC. */
                tz?: string;
                /** @description `day`, `week` or `month` (default). */
                view?: "day" | "week" | "month";
                /** @description With which day a week begins: `monday` (default) or `sunday`. */
                week_start?: "monday" | "sunday";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CalendarPage"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description `details.nearest` when `tz` is unknown */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    subscribe_calendar: {
        parameters: {
            query?: {
                /** @description What `POST /api/v1/calendar/token` gave. */
                token?: string;
            };
            header?: {
                "If-None-Match"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/calendar": string;
                };
            };
            /** @description nothing has changed */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description no such token, or no longer */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    renew_calendar_token: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FeedToken"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    end_calendar_feed: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_own_bids: {
        parameters: {
            query?: {
                /** @description Where to go on: `next_cursor` of the page before. */
                cursor?: string;
                /** @description How many items at most, 1 to 200. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["List_AuctionView"];
                };
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_preferences: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PreferencesView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    replace_preferences: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Preferences"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PreferencesView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    amend_preferences: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Preferences"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PreferencesView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_notifications: {
        parameters: {
            query?: {
                /** @description The category. */
                category?: string;
                /** @description Where to go on: `next_cursor` of the page before. */
                cursor?: string;
                /** @description How many items at most, 1 to 200. */
                limit?: number;
                /** @description The object spoken of. */
                object_id?: string;
                /** @description The family of the object spoken of. */
                object_type?: string;
                /** @description The priority; `normal` is `medium`. */
                priority?: string;
                /** @description Only what came at this instant or later. */
                since?: string;
                /** @description `unread`, `read`, `dismissed` or `all`; else what is neither dismissed nor expired. */
                status?: "unread" | "read" | "dismissed" | "all";
                /** @description The exact type, such as `auction.postponed`. */
                type?: string;
                /** @description Only what came before this instant. */
                until?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InboxPage"];
                };
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    raise_notification: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewNotice"];
            };
        };
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Raised"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_notification: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Notification"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_notification: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    dismiss_notification: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OneAnswer"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_notification: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OneAnswer"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    unread_notification: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OneAnswer"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    dismiss_notifications: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["IdsBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ManyAnswer"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_notifications: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReadBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ManyAnswer"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    see_notifications: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpToBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ManyAnswer"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_unread_notifications: {
        parameters: {
            query?: {
                /** @description Where to go on: `next_cursor` of the page before. */
                cursor?: string;
                /** @description How many items at most, 1 to 200. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InboxPage"];
                };
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    count_unread_notifications: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CountsAnswer"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_properties: {
        parameters: {
            query?: {
                /**
                 * @description `west,south,east,north` in degrees, borders included; across the antimeridian when west is
                 *     greater than east.
                 */
                bbox?: string;
                /** @description A city, in any case. */
                city?: string;
                /** @description Where to go on: `next_cursor` of the page before. */
                cursor?: string;
                /** @description The first date of an auction, `YYYY-MM-DD`. */
                from?: string;
                /** @description How many items at most, 1 to 200. */
                limit?: number;
                /** @description The greatest opening bid, in dollars. */
                max_bid?: string;
                /** @description The least opening bid, in dollars. */
                min_bid?: string;
                /** @description From where distances are measured: `latitude,longitude` in degrees. */
                near?: string;
                /**
                 * @description Words, and phrases in double quotes, that address or description have, in any order and
                 *     case; also within words. One of them needs three characters. A new text is found a moment
                 *     after it was written.
                 */
                q?: string;
                /**
                 * @description How far from `near` at most, in kilometres along the surface. Without it and without
                 *     `bbox`: 25.
                 */
                radius_km?: string;
                /** @description The same in miles; one of the two. */
                radius_miles?: string;
                /**
                 * @description The order: `id`, `auction_date`, `updated_at`, or with `near` also `distance`. When it is
                 *     not given: `distance` with `near`, else `id`.
                 */
                sort?: "id" | "auction_date" | "updated_at" | "distance";
                /** @description A state, by code or name. */
                state?: string;
                /** @description A status. */
                status?: string;
                /** @description The last date of an auction. */
                to?: string;
                /** @description A type of property. */
                type?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/geo+json": components["schemas"]["FeatureCollection"];
                    "application/json": components["schemas"]["List_PropertyView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_property: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PropertyBody"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PropertyView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description `property_exists` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_property: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PropertyView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    replace_property: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string | null;
            };
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PropertyBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PropertyView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    remove_property: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string | null;
            };
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    amend_property: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string | null;
            };
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PropertyBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PropertyView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    history: {
        parameters: {
            query?: {
                /** @description Where to go on: `next_cursor` of the page before. */
                cursor?: string;
                /** @description How many items at most, 1 to 200. */
                limit?: number;
            };
            header?: never;
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["List_HistoryEntry"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_property_sources: {
        parameters: {
            query?: {
                /** @description Where to go on: `next_cursor` of the page before. */
                cursor?: string;
                /** @description How many items at most, 1 to 200. */
                limit?: number;
            };
            header?: never;
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["List_SourceLink"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    part: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Id"];
                source: string;
                source_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    upload: {
        parameters: {
            query: {
                /** @description Only tell what would happen. */
                dry_run?: boolean;
                /**
                 * @description What unusual columns mean, as JSON: `fields`, `constants`, `values`, `ignore`. As configured
                 *     for the source when it is not said.
                 */
                map?: string;
                /**
                 * @description Of which new properties others are told: `new` for all, `later` for those that come after
                 *     the source's first import. As configured for the source when it is not said, else `later`.
                 */
                notify?: "new" | "later";
                /** @description Who says so: 1 to 64 of `a-z 0-9 _ -`, the same every time for the same source. */
                source: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "text/csv": string;
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Summary"];
                };
            };
            /** @description not read here, or the map is wrong */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_sources: {
        parameters: {
            query?: {
                /** @description Where to go on: `next_cursor` of the page before. */
                cursor?: string;
                /** @description How many items at most, 1 to 200. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["List_SourceView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    run: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunAnswer"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description no URL or folder of this name is configured */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_users: {
        parameters: {
            query?: {
                /** @description Where to go on: `next_cursor` of the page before. */
                cursor?: string;
                /** @description How many items at most, 1 to 200. */
                limit?: number;
                /** @description Those with this in their e-mail or name, whatever its case. */
                q?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["List_Account"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    change_user: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Which user */
                id: components["schemas"]["UserId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UserChange"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Account"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description also for a user of another tenant */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description `last_admin` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_wallet: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Wallet"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_transfers: {
        parameters: {
            query?: {
                /** @description Where to go on: `next_cursor` of the page before. */
                cursor?: string;
                /** @description How many items at most, 1 to 200. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["List_TransferView"];
                };
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_wallet_of: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                user_id: components["schemas"]["UserId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Wallet"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    grant: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string | null;
            };
            path: {
                user_id: components["schemas"]["UserId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["GrantBody"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Wallet"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_watchlist_entries: {
        parameters: {
            query?: {
                /** @description Where to go on: `next_cursor` of the page before. */
                cursor?: string;
                /** @description How many items at most, 1 to 200. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["List_WatchEntry"];
                };
            };
            /** @description the cursor is not one of this list */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    add: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Wish"];
            };
        };
        responses: {
            /** @description was watched before */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WatchEntry"];
                };
            };
            /** @description watched from now on */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WatchEntry"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description no such property */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    remove_watchlist_entry: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description the entry */
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    annotate: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description the entry */
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Change"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WatchEntry"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_ws_ticket: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Ticket"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    live: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Live"];
                };
            };
        };
    };
    ready: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Ready"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Ready"];
                };
            };
        };
    };
}

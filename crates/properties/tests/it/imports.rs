//! Files of properties.

use domain::{Id, TenantId};
use events::Change;
use serde_json::json;
use store::{Statement, args};
use testkit::Database;

use super::house::{House, main_street};

const COUNTY: &str = "\
Parcel ID,Street Address,City,StateOrProvince,PostalCode,County,Status,Auction Date,Auction Time,\
Opening Bid,BedroomsTotal,Latitude,Longitude
1-1,1 Oak Street,Oakland,CA,94601,Alameda,auction,2/1/2026,10:00 AM,\"$100,000.00\",3,37.8,-122.2
1-2,2 Oak Street,Oakland,California,94601,Alameda,Pre-Foreclosure,,,,2,,
1-3,3 Oak Street,Oakland,CA,94601,Alameda,auction,2026-02-03,14:30,90000,,37.8,-122.2
";

#[tokio::test]
async fn a_file_again_and_again() {
    for database in Database::BOTH {
        let house = House::new(database).await;
        assert_eq!(house.counts("county", true, COUNTY).await, [3, 0, 0, 0, 0]);
        assert!(house.events().await.is_empty(), "a dry run writes nothing");
        assert_eq!(house.counts("county", false, COUNTY).await, [3, 0, 0, 0, 0]);
        assert_eq!(house.events().await.len(), 3);
        assert_eq!(house.counts("county", false, COUNTY).await, [0, 0, 3, 0, 0]);
        assert!(house.events().await.is_empty());

        let moved = COUNTY.replace("2/1/2026", "2/8/2026").replace("90000", "85000.50");
        assert_eq!(house.counts("county", true, &moved).await, [0, 2, 1, 0, 0]);
        assert_eq!(house.counts("county", false, &moved).await, [0, 2, 1, 0, 0]);
        let mut changes: Vec<_> = house.events().await.into_iter().map(|e| e.changes).collect();
        changes.sort();
        assert_eq!(changes, [vec![Change::Postponement], vec![Change::OpeningBid]]);
        let list = house.ann.get("/api/v1/properties?sort=auction_date").await;
        let first = &list.json["items"][0];
        assert_eq!(first["street"], "3 Oak Street");
        assert_eq!(first["auction_at"], "2026-02-03T22:30:00.000Z");
        assert!(list.text.contains(r#""opening_bid":85000.50"#), "{}", list.text);
        let path = format!("/api/v1/properties/{}/history", first["id"].as_str().unwrap());
        let history = house.ann.get(&path).await.expect(200);
        assert_eq!(history.json["items"][0]["source"], "county");
    }
}

#[tokio::test]
async fn bad_rows_are_reported_and_change_nothing() {
    for database in Database::BOTH {
        let house = House::new(database).await;
        let csv = "source_id,street,city,state,auction_date,list_price,latitude,longitude\n\
            1,1 A St,B,CA,,,,\n\
            2,2 A St,B,Ontario,,,,\n\
            3,,B,CA,,,,\n\
            4,4 A St,B,CA,31/31/2026,,,\n\
            5,5 A St,B,CA,,-1,,\n\
            6,6 A St,B,CA,,,95,1\n\
            7,7 A St,B,CA,,,45,\n\
            8,8 A St,B\n\
            1,1 A St,B,CA,,-5,,\n";
        let (summary, lines) = house.import("county", false, csv).await;
        let expected = json!({ "added": 1, "changed": 0, "unchanged": 0, "merged": 0,
            "rejected": 8, "rows": 9, "dry_run": false });
        assert_eq!(summary, expected);
        let expected = [
            "line 3: rejected: state is not a state of the United States: `Ontario`",
            "line 4: rejected: street is missing",
            "line 5: rejected: auction_date is not a date such as 2026-01-31 or 1/31/2026: \
             `31/31/2026`",
            "line 6: rejected: list_price is below zero: `-1`",
            "line 7: rejected: latitude is not within -90 and 90: `95`",
            "line 8: rejected: longitude is missing beside the other",
            "line 9: rejected: it has 3 cells where the heading has 8",
            "line 10: rejected: list_price is below zero: `-5`",
        ];
        assert_eq!(lines, expected);
        assert_eq!(house.events().await.len(), 1);
        let mut many = "street,city,state\n".to_owned();
        many.extend((0..150).map(|_| "1 A St,B,Nowhere\n"));
        let (summary, lines) = house.import("county", false, &many).await;
        assert_eq!((summary["rejected"].as_u64(), lines.len()), (Some(150), 101));
        assert_eq!(lines[100], "… and 50 more rejected rows");
    }
}

#[tokio::test]
async fn one_house_from_two_sources_is_one_property() {
    for database in Database::BOTH {
        let house = House::new(database).await;
        house.counts("county", false, COUNTY).await;
        house.make(main_street()).await;
        house.events().await;
        // Spelled otherwise; by parcel number, with another address; the operator's own.
        let broker = "ListingKey,UnparsedAddress,City,State,Zip,County,APN,List Price\n\
            A,1 OAK ST.,oakland,CA,94601-0001,,,120000\n\
            B,Two Oak St,Oakland,CA,94601,Alameda County,12,130000\n\
            C,123 Main Street,San Francisco,CA,94102,,,\n\
            D,9 Elm St,Oakland,CA,94601,,,\n";
        assert_eq!(house.counts("broker", true, broker).await, [1, 0, 0, 3, 0]);
        assert_eq!(house.counts("broker", false, broker).await, [1, 0, 0, 3, 0]);
        let changes: Vec<_> = house.events().await.into_iter().map(|e| e.changes).collect();
        // The third says nothing new: linked without an event.
        assert_eq!(changes, [vec![Change::Minor], vec![Change::Minor], vec![Change::Added]]);
        // Neither source undoes the other's spelling or numbers.
        assert_eq!(house.counts("broker", false, broker).await, [0, 0, 4, 0, 0]);
        assert_eq!(house.counts("county", false, COUNTY).await, [0, 0, 3, 0, 0]);
        assert!(house.events().await.is_empty());
        let list = house.ann.get("/api/v1/properties").await;
        let streets = list.json["items"].as_array().unwrap().iter();
        let mut streets: Vec<_> = streets.map(|item| item["street"].as_str().unwrap()).collect();
        streets.sort_unstable();
        let expected = ["1 Oak Street", "123 Main St", "2 Oak Street", "3 Oak Street", "9 Elm St"];
        assert_eq!(streets, expected);

        let torn = "id,street,city,state,zip,county,apn\n\
            Z,9 Elm St,Oakland,CA,94601,Alameda,1-1\n";
        let (summary, lines) = house.import("other", false, torn).await;
        assert_eq!(summary["rejected"], 1);
        assert!(lines[0].starts_with("line 2: rejected: the address is that of"), "{lines:?}");
    }
}

#[tokio::test]
async fn two_sources_that_disagree_are_no_news_twice() {
    for database in Database::BOTH {
        let house = House::new(database).await;
        let row = |id: &str, bid: u32, date: &str| {
            format!(
                "id,street,city,state,opening_bid,auction_date\n{id},1 A St,B,CA,{bid},{date}\n"
            )
        };
        let (county, feed) = (row("1", 250, "2026-09-01"), row("X", 225, "2026-09-08"));
        assert_eq!(house.counts("county", false, &county).await, [1, 0, 0, 0, 0]);
        assert_eq!(house.counts("feed", false, &feed).await, [0, 0, 0, 1, 0]);
        house.events().await;
        for _ in 0..3 {
            assert_eq!(house.counts("county", false, &county).await, [0, 0, 1, 0, 0]);
            assert_eq!(house.counts("feed", true, &feed).await, [0, 0, 1, 0, 0]);
            assert_eq!(house.counts("feed", false, &feed).await, [0, 0, 1, 0, 0]);
        }
        assert!(house.events().await.is_empty());
        // What an operator has put right stays, until a source has something new to say.
        let list = house.ann.get("/api/v1/properties").await.expect(200).json;
        let address = format!("/api/v1/properties/{}", list["items"][0]["id"].as_str().unwrap());
        house.operator.patch(&address, json!({ "opening_bid": 240 })).await.expect(200);
        house.events().await;
        assert_eq!(house.counts("county", false, &county).await, [0, 0, 1, 0, 0]);
        let postponed = row("1", 250, "2026-10-01");
        assert_eq!(house.counts("county", true, &postponed).await, [0, 1, 0, 0, 0]);
        assert_eq!(house.counts("county", false, &postponed).await, [0, 1, 0, 0, 0]);
        let told: Vec<_> = house.events().await.into_iter().map(|event| event.changes).collect();
        assert_eq!(told, [vec![Change::Postponement, Change::OpeningBid]]);
        assert_eq!(house.counts("county", false, &postponed).await, [0, 0, 1, 0, 0]);
    }
}

#[tokio::test]
async fn a_source_may_correct_the_address_of_its_own_house() {
    for database in Database::BOTH {
        let house = House::new(database).await;
        let csv = "id,street,city,state\n1,1 A St,B,CA\n2,2 A St,B,CA\n";
        assert_eq!(house.counts("county", false, csv).await, [2, 0, 0, 0, 0]);
        let corrected = csv.replace("1 A St", "11 A St");
        assert_eq!(house.counts("county", false, &corrected).await, [0, 1, 1, 0, 0]);
        let taken = csv.replace("1 A St", "2 A St");
        let (summary, lines) = house.import("county", false, &taken).await;
        assert_eq!((&summary["rejected"], &summary["unchanged"]), (&json!(1), &json!(1)));
        assert!(lines[0].contains("is that of another property"), "{lines:?}");
        // The place that was left is free within one file already.
        let swapped = "id,street,city,state\n1,12 A St,B,CA\n3,11 A St,B,CA\n";
        assert_eq!(house.counts("county", true, swapped).await, [1, 1, 0, 0, 0]);
        assert_eq!(house.counts("county", false, swapped).await, [1, 1, 0, 0, 0]);
    }
}

#[tokio::test]
async fn one_house_may_go_where_another_was() {
    for database in Database::BOTH {
        let house = House::for_a_race(database).await;
        let csv = "id,street,city,state\n1,1 A St,B,CA\n2,2 A St,B,CA\n3,3 A St,B,CA\n";
        assert_eq!(house.counts("county", false, csv).await, [3, 0, 0, 0, 0]);
        // The last leaves first; each is behind the one whose place it takes.
        let moved = "id,street,city,state\n3,4 A St,B,CA\n2,3 A St,B,CA\n1,2 A St,B,CA\n";
        assert_eq!(house.counts("county", true, moved).await, [0, 3, 0, 0, 0]);
        assert_eq!(house.counts("county", false, moved).await, [0, 3, 0, 0, 0]);
        assert_eq!(house.counts("county", false, moved).await, [0, 0, 3, 0, 0]);
        let list = house.ann.get("/api/v1/properties").await.json;
        let streets = list["items"].as_array().unwrap().iter().map(|item| item["street"].clone());
        assert_eq!(streets.collect::<Vec<_>>(), ["2 A St", "3 A St", "4 A St"]);
    }
}

const LINK_TEXT: &str = "insert into properties_sources (tenant, source, source_id, property, at)
    values ($1, 'county', '1', $2, 0)";
static LINK: Statement = Statement::new("link", LINK_TEXT, LINK_TEXT);

#[tokio::test]
async fn a_link_to_what_is_deleted_is_none() {
    for database in Database::BOTH {
        let house = House::for_a_race(database).await;
        let csv = "id,street,city,state\n1,1 A St,B,CA\n";
        let id: Id = house
            .make(json!({ "street": "1 A St", "city": "B", "state": "CA" }))
            .await
            .parse()
            .unwrap();
        let path = format!("/api/v1/properties/{id}");
        house.operator.delete(&path).await.expect(204);
        let row = args![TenantId::DEFAULT, id].to_vec();
        house.app.ctx().store().execute(&LINK, row).await.unwrap();
        assert_eq!(house.counts("county", false, csv).await, [1, 0, 0, 0, 0]);
        assert_eq!(house.counts("county", false, csv).await, [0, 0, 1, 0, 0]);
    }
}

#[tokio::test]
async fn one_house_twice_in_a_file() {
    for database in Database::BOTH {
        let house = House::new(database).await;
        let csv = "street,city,state,opening_bid\n\
            1 A St,B,CA,100\n1 A Street,B,CA,200\n1 A St.,b,CA,200\n";
        assert_eq!(house.counts("county", true, csv).await, [1, 1, 1, 0, 0]);
        assert_eq!(house.counts("county", false, csv).await, [1, 1, 1, 0, 0]);
        let events = house.events().await;
        let told: Vec<_> = events.iter().map(|e| (e.version, e.changes.clone())).collect();
        assert_eq!(told, [(1, vec![Change::Added]), (2, vec![Change::OpeningBid])]);
        let cleared = "street,city,state,opening_bid\n1 A St,B,CA,null\n";
        assert_eq!(house.counts("county", false, cleared).await, [0, 1, 0, 0, 0]);
    }
}

#[tokio::test]
async fn an_interrupted_file_is_taken_up_again() {
    for database in Database::BOTH {
        let house = House::new(database).await;
        let mut csv = "source_id,street,city,state\n".to_owned();
        for number in 0..1000 {
            csv += &format!("{number},{number} A St,B,CA\n");
        }
        let half: String = csv.split_inclusive('\n').take(501).collect();
        // The file breaks off within a row; what came before is in.
        let broken = format!("{half}500,\"500 A St,B");
        let counts = house.counts("county", false, &broken).await;
        assert_eq!((counts[0], counts[4]), (500, 1));
        assert_eq!(house.counts("county", false, &csv).await, [500, 0, 500, 0, 0]);
        assert_eq!(house.events().await.len(), 1000);
    }
}

#[tokio::test]
async fn what_comes_before_a_fault_is_in() {
    for database in Database::BOTH {
        let house = House::new(database).await;
        let row = |n: u32| {
            let street = format!("{n} A St");
            json!({ "id": n, "street": street, "city": "B", "state": "CA" }).to_string()
        };
        let rows: Vec<String> = (0..250).map(row).collect();
        let fault = format!("[{},{{\"id\":}}]", rows.join(","));
        let args = json!({ "source": "county" });
        let error = house.app.command("properties.import", args, fault).await.unwrap_err();
        assert_eq!(error.code().status, 400, "{error}");
        assert_eq!(house.events().await.len(), 250);
        // In lines each stands for itself.
        let fault = format!("{}\n{{\"id\":\n{}\n", rows[..200].join("\n"), row(250));
        let (summary, lines) = house.import("county", false, &fault).await;
        assert_eq!((&summary["added"], &summary["unchanged"]), (&json!(1), &json!(200)));
        assert_eq!((&summary["rejected"], &summary["rows"]), (&json!(1), &json!(202)));
        let reason = "EOF while parsing a value";
        let expected =
            format!("line 201: rejected: it is no JSON that is read here, column 6: {reason}");
        assert_eq!(lines, [expected]);
    }
}

/// How many properties were told as news, and how many as a source's first.
async fn told(house: &House) -> (usize, usize) {
    let events = house.events().await;
    let first = events.iter().filter(|event| event.initial).count();
    (events.len() - first, first)
}

#[tokio::test]
async fn an_import_that_brought_nothing_introduces_nobody() {
    for database in Database::BOTH {
        let house = House::new(database).await;
        // Every row is wrong; then none is there. The right file is still the first.
        let heading = "street,city,state\n";
        let wrong = format!("{heading}1 A St,B,Nowhere\n2 A St,B,Nowhere\n");
        assert_eq!(house.counts("county", false, &wrong).await, [0, 0, 0, 0, 2]);
        assert_eq!(house.counts("county", false, heading).await, [0; 5]);
        let right = wrong.replace("Nowhere", "CA");
        assert_eq!(house.counts("county", false, &right).await, [2, 0, 0, 0, 0]);
        assert_eq!(told(&house).await, (0, 2));
        let more = format!("{heading}3 A St,B,CA\n");
        assert_eq!(house.counts("county", false, &more).await, [1, 0, 0, 0, 0]);
        assert_eq!(told(&house).await, (1, 0));
    }
}

#[tokio::test]
async fn a_source_that_always_breaks_off_tells_all_the_same() {
    for database in Database::BOTH {
        let house = House::new(database).await;
        let begins = |rows: u32| -> String {
            let row = |n| json!({ "street": format!("{n} A St"), "city": "B", "state": "CA" });
            (0..rows).map(|n| format!("{},", row(n))).collect()
        };
        let breaks_off = async |source: &str, rows: u32| {
            let (args, file) = (json!({ "source": source }), format!("[{}", begins(rows)));
            let error = house.app.command("properties.import", args, file).await.unwrap_err();
            assert_eq!(error.code().status, 400, "{error}");
        };
        // Nothing came of the first two.
        for rows in [0, 0, 3, 4] {
            breaks_off("county", rows).await;
        }
        assert_eq!(told(&house).await, (0, 4), "the second takes up what the first has left");
        breaks_off("county", 5).await;
        assert_eq!(told(&house).await, (1, 0));
        // One that came to its end at the second attempt has told nothing.
        breaks_off("broker", 6).await;
        let whole = format!("[{}{{}}]", begins(7));
        assert_eq!(house.counts("broker", false, &whole).await, [1, 0, 6, 0, 1]);
        assert_eq!(told(&house).await, (0, 2));
    }
}

#[tokio::test]
async fn what_is_no_import() {
    let house = House::new(Database::Sqlite).await;
    for (source, csv) in [("Bad Name", COUNTY), ("api", COUNTY), ("", COUNTY)] {
        let args = json!({ "source": source });
        let error = house.app.command("properties.import", args, csv).await.unwrap_err();
        assert_eq!(error.code().status, 422, "{source}: {error}");
    }
    for csv in ["", "a,b\n1,2\n"] {
        let args = json!({ "source": "county" });
        let error = house.app.command("properties.import", args, csv).await.unwrap_err();
        assert_eq!(error.code().status, 400, "{csv}: {error}");
    }
}

#[tokio::test]
async fn a_reso_answer() {
    let house = House::new(Database::Sqlite).await;
    let row = |key: u32, price: &str| {
        json!({ "ListingKey": key, "UnparsedAddress": format!("{key} A St"), "City": "B",
            "StateOrProvince": "CA", "PostalCode": "94601", "ListPrice": price,
            "BathroomsTotalInteger": 2, "PropertySubType": "Single Family Residence" })
    };
    let page = json!({ "@odata.context": "x", "value": [row(1, "100.50"), row(2, "7")] });
    assert_eq!(house.counts("mls", false, &page.to_string()).await, [2, 0, 0, 0, 0]);
    let page = json!([row(1, "100.50"), row(2, "8"), row(3, "-8")]);
    assert_eq!(house.counts("mls", false, &page.to_string()).await, [0, 1, 1, 0, 1]);
}

#[tokio::test]
async fn over_http() {
    for database in Database::BOTH {
        let house = House::new(database).await;
        let send = async |actor: &testkit::Actor, query: &str, body: &str| {
            let path = format!("/api/v1/properties/import?{query}");
            actor.send(axum::http::Method::POST, &path, Some(body.to_owned()), &[]).await
        };
        let bad = format!("{COUNTY}9-9,9 Oak Street,Oakland,XX,,,,,,,,,\n");
        let rehearsal = send(&house.operator, "source=county&dry_run=true", &bad).await.expect(200);
        assert_eq!(rehearsal.json["added"], 3);
        assert!(house.events().await.is_empty());
        let real = send(&house.operator, "source=county", &bad).await.expect(200);
        assert_eq!((&real.json["added"], &real.json["rejected"]), (&json!(3), &json!(1)));
        assert_eq!(real.json["rejected_rows"][0]["line"], 5);
        assert_eq!(house.events().await.len(), 3);
        send(&house.ann, "source=county", &bad).await.expect_problem(403, "forbidden");
        send(&house.operator, "", &bad).await.expect_problem(422, "invalid");
        send(&house.operator, "source=county", "").await.expect_problem(400, "bad_request");
    }
}

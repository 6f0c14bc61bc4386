//! The built web app is compiled in: a new file in it is a reason to compile again.

fn main() {
    println!("cargo:rerun-if-changed=assets");
}

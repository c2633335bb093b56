use std::net::IpAddr;

use crate::http::address::Reach;

#[test]
fn knows_who_is_at_an_address() {
    let cases = [
        (
            Reach::Public,
            "1.1.1.1 100.128.0.1 172.32.0.1 192.167.255.255 8.8.8.8 2606:4700::1111 2a00:1450::1 \
             ::ffff:1.1.1.1 64:ff9b::101:101 2002:101:101::1",
        ),
        (
            Reach::Private,
            "10.0.0.1 100.64.0.1 127.0.0.1 127.255.255.255 172.16.0.1 172.31.255.255 192.168.1.1 \
             192.0.0.1 192.0.2.1 198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.1 ::1 fc00::1 \
             fd12::1 fec0::1 2001:db8::1 2001::1 3fff::1 100::1 5f00::1 ::ffff:10.0.0.1 \
             ::ffff:127.0.0.1 64:ff9b::a00:1 64:ff9b:1::1 2002:a00:1::1",
        ),
        (
            Reach::Never,
            "0.0.0.0 0.1.2.3 169.254.169.254 169.254.170.2 100.100.100.200 192.0.0.192 \
             168.63.129.16 224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255 :: fe80::1 febf::1 \
             ff02::1 fd00:ec2::254 fd00:ec2::23 fd20:ce::254 fd00:42::42 ::ffff:169.254.169.254 \
             ::a9fe:a9fe 64:ff9b::a9fe:a9fe 2002:a9fe:a9fe::1 ::ffff:0.0.0.0",
        ),
    ];
    for (expected, addresses) in cases {
        for text in addresses.split_whitespace() {
            let address: IpAddr = text.parse().expect("an address");
            assert_eq!(Reach::of(address), expected, "{text}");
        }
    }
}

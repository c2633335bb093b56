use std::net::IpAddr;

use crate::http::address_scope::AddressScope;

#[test]
fn an_address_has_a_scope() {
    let cases = [
        (
            AddressScope::Public,
            "1.1.1.1 100.128.0.1 172.32.0.1 192.167.255.255 8.8.8.8 2606:4700::1111 2a00:1450::1 \
             ::ffff:1.1.1.1 64:ff9b::101:101 2002:101:101::1 \
             ::ffff:0:1.1.1.1 2606:4700::5efe:101:101",
        ),
        (
            AddressScope::Private,
            "10.0.0.1 100.64.0.1 172.16.0.1 172.31.255.255 192.168.1.1 \
             192.0.0.1 192.0.2.1 198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.1 fc00::1 \
             fd12::1 fec0::1 2001:db8::1 2001:1::1 3fff::1 100::1 5f00::1 ::ffff:10.0.0.1 \
             64:ff9b::a00:1 2002:a00:1::1 ::ffff:0:10.0.0.1 2606:4700::5efe:a00:1 \
             fd12::200:5efe:101:101",
        ),
        (
            AddressScope::Loopback,
            "127.0.0.1 127.255.255.255 ::1 ::ffff:127.0.0.1 ::7f00:1 64:ff9b::7f00:1 2002:7f00:1::1 \
             ::ffff:0:127.0.0.1 2606:4700::5efe:7f00:1 2606:4700::200:5efe:7f00:1",
        ),
        (
            AddressScope::Forbidden,
            "0.0.0.0 0.1.2.3 169.254.169.254 169.254.170.2 100.100.100.200 192.0.0.192 \
             168.63.129.16 224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255 :: fe80::1 febf::1 \
             ff02::1 fd00:ec2::254 fd00:ec2::23 fd20:ce::254 fd00:42::42 ::ffff:169.254.169.254 \
             ::a9fe:a9fe 64:ff9b::a9fe:a9fe 2002:a9fe:a9fe::1 ::ffff:0.0.0.0 \
             ::ffff:0:169.254.169.254 64:ff9b:1::1 64:ff9b:1:ffff::a9fe:a9fe 2001::1 \
             2001:0:101:101::8000:1 2606:4700::5efe:a9fe:a9fe",
        ),
    ];
    for (expected, addresses) in cases {
        for text in addresses.split_whitespace() {
            let address: IpAddr = text.parse().expect("an address");
            assert_eq!(AddressScope::of(address), expected, "{text}");
        }
    }
}

//! URLs in events and in GitRepositories.

use super::super::git_url::normalize;
use super::super::located_change::normalize_all;

use super::for_each_pair;

/// Two URLs, with `=` between them if they name the same repository, `?` if they may, and `≠` if not.
const PAIRS: &str = "
# GitHub
https://github.com/acme/app = https://github.com/acme/app.git
https://github.com/acme/app = git@github.com:acme/app.git
https://github.com/acme/app = ssh://git@github.com/acme/app
https://github.com/acme/app = git://github.com/acme/app.git
https://github.com/acme/app = https://github.com/Acme/App.git
https://github.com/acme/app = HTTPS://GitHub.COM/acme/app/
https://github.com/acme/app = https://x-access-token:secret@github.com/acme/app
https://github.com/acme/app = ssh://git@ssh.github.com:443/acme/app.git
https://github.com/acme/app = github.com/acme/app
https://github.com/acme/app = github.com:acme/app.git
https://github.com/acme/app = https://github.com./acme//app
https://github.com/acme/app = git+ssh://git@github.com/acme/app.git
https://github.com/acme/app ≠ https://github.com/acme/app2
https://github.com/acme/app ≠ https://github.com/acme/ap
https://github.com/acme/app ≠ https://github.com/evil/app
https://github.com/acme/app ≠ https://github.com/acme/app.wiki.git
https://github.com/acme/app ≠ https://gitlab.com/acme/app
https://github.com/acme/app ≠ https://github.com.evil.example/acme/app
https://github.com/acme/app ≠ https://evil.example/github.com/acme/app
https://github.com/scm/acme/app ≠ https://github.com/acme/app
https://gist.github.com/6cad326836d38bd3a7ae.git = git@gist.github.com:6cad326836d38bd3a7ae.git
https://github.example.com/acme/app = git@github.example.com:acme/app.git
https://acme.ghe.com/acme/app = acme@acme.ghe.com:acme/app.git
# GitLab
https://gitlab.com/acme/team/app.git = git@gitlab.com:acme/team/app.git
https://gitlab.com/acme/team/app = ssh://git@altssh.gitlab.com:443/acme/team/app.git
https://gitlab.com/acme/team/app ≠ https://gitlab.com/acme/app
https://gitlab.com/acme/team/app ≠ https://gitlab.com/team/app
https://gitlab.com/a/team/app ≠ https://gitlab.com/team/app
http://gitlab.example.com:8929/acme/app.git = ssh://git@gitlab.example.com:2224/acme/app.git
https://example.com/gitlab/acme/app ≠ https://example.com/acme/app
# Gitea, Forgejo, Gogs
https://gitea.example.com/acme/app.git = ssh://gitea@gitea.example.com:2222/Acme/App.git
https://codeberg.org/acme/app = ssh://git@codeberg.org/acme/app.git
https://try.gogs.io/acme/app.git = git@try.gogs.io:acme/app.git
https://git.example.com/acme/app.git ? http://gitea-http.gitea.svc.cluster.local:3000/acme/app.git
https://git.example.com/acme/app.git ≠ http://gitea-http.gitea.svc:3000/acme/other.git
https://git.example.com/acme/app.git ? http://gitea-http.gitea.svc.cluster.example:3000/acme/app.git
https://git.example.com/acme/app.git ? ssh://git@gitea:22/acme/app
https://git.example.com/acme/app.git ? http://10.0.3.7:3000/acme/app
https://git.example.com/gitea/acme/app.git ? http://[fd00::7]:3000/acme/app
https://git.example.com/acme/app.git ? http://gitea.internal/acme/app
https://git.example.com/acme/app.git ≠ http://gitea.internal/x-acme/app
https://git.example.com/acme/app.git ≠ https://git.example.org/acme/app.git
# Bitbucket Cloud
https://bitbucket.org/acme/app = git@bitbucket.org:acme/app.git
https://bitbucket.org/acme/app = https://jane@bitbucket.org/acme/app.git
https://bitbucket.org/acme/app = ssh://git@altssh.bitbucket.org:443/acme/app.git
https://bitbucket.org/acme/app ≠ https://bitbucket.org/acme/app-infra
# Bitbucket Data Center
https://bitbucket.example.com/scm/PROJ/app.git = ssh://git@bitbucket.example.com:7999/proj/app.git
https://bitbucket.example.com:7990/scm/proj/app.git = https://bitbucket.example.com/projects/PROJ/repos/app/browse
https://example.com/bitbucket/scm/proj/app.git = ssh://git@example.com:7999/proj/app.git
https://bitbucket.example.com/scm/~jane/app.git = https://bitbucket.example.com/users/jane/repos/app/browse
https://bitbucket.example.com/scm/~jane/app.git = ssh://git@bitbucket.example.com:7999/~jane/app.git
https://bitbucket.example.com/scm/proj/app.git ≠ ssh://git@bitbucket.example.com:7999/other/app.git
https://bitbucket.example.com/scm/jane/app.git ≠ https://bitbucket.example.com/scm/~jane/app.git
# Azure DevOps
https://dev.azure.com/acme/My%20Project/_git/app = https://acme@dev.azure.com/acme/My%20Project/_git/app
https://dev.azure.com/acme/My%20Project/_git/app = git@ssh.dev.azure.com:v3/acme/My%20Project/app
https://dev.azure.com/acme/My%20Project/_git/app = https://dev.azure.com/acme/my project/_git/App
https://dev.azure.com/acme/web/_git/app = ssh://git@ssh.dev.azure.com:22/v3/acme/web/app
https://dev.azure.com/acme/web/_git/app = https://acme.visualstudio.com/web/_git/app
https://dev.azure.com/acme/web/_git/app = https://acme.visualstudio.com/DefaultCollection/web/_git/app
https://dev.azure.com/acme/web/_git/app = https://acme.visualstudio.com/web/team/_git/app
https://dev.azure.com/acme/web/_git/app = acme@vs-ssh.visualstudio.com:v3/acme/web/app
https://dev.azure.com/acme/web/_git/app = https://dev.azure.com/acme/web/_git/_full/app
https://dev.azure.com/acme/app/_git/app = https://dev.azure.com/acme/_git/app
https://dev.azure.com/acme/app/_git/app = https://acme.visualstudio.com/_git/app
https://dev.azure.com/acme/web/_git/app ≠ https://dev.azure.com/acme/_git/app
https://dev.azure.com/acme/web/_git/app ≠ https://dev.azure.com/acme/shop/_git/app
https://dev.azure.com/acme/web/_git/app ≠ https://dev.azure.com/other/web/_git/app
https://dev.azure.com/acme/web/_git/app ≠ https://other.visualstudio.com/web/_git/app
https://tfs.example.com/tfs/DefaultCollection/Web/_git/App = ssh://tfs.example.com:22/tfs/defaultcollection/web/_git/app
https://tfs.example.com/tfs/DefaultCollection/App/_git/App = https://tfs.example.com/tfs/DefaultCollection/_git/App
https://tfs.example.com/tfs/DefaultCollection/Web/_git/App = https://tfs.example.com/tfs/DefaultCollection/Web/_git/_full/App
https://tfs.example.com/tfs/DefaultCollection/Web/_git/App ≠ https://tfs.example.com/tfs/DefaultCollection/_git/App
# AWS CodeCommit
https://git-codecommit.us-east-1.amazonaws.com/v1/repos/app = ssh://APKAEIBAERJR2EXAMPLE@git-codecommit.us-east-1.amazonaws.com/v1/repos/app
https://git-codecommit.us-east-1.amazonaws.com/v1/repos/app = https://git-codecommit-fips.us-east-1.amazonaws.com/v1/repos/app
https://git-codecommit.us-east-1.amazonaws.com/v1/repos/app ≠ https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/app
# Addresses of the API
https://github.com/acme/app = https://api.github.com/repos/acme/app
https://github.com/acme/app = https://api.github.com/repos/Acme/App/git/refs
https://github.com/acme/app ≠ https://api.github.com/repos/acme/lib
https://github.example.com/acme/app = https://github.example.com/api/v3/repos/acme/app
https://gitlab.com/acme/web/app = https://gitlab.com/api/v4/projects/acme%2Fweb%2Fapp
https://example.com/gitlab/acme/app = https://example.com/gitlab/api/v4/projects/acme%2Fapp
https://example.com/gitlab/acme/app ≠ https://example.com/gitlab/api/v4/projects/acme%2Flib
https://codeberg.org/acme/app = https://codeberg.org/api/v1/repos/acme/app
https://bitbucket.org/acme/app = https://api.bitbucket.org/2.0/repositories/acme/app
https://gitlab.com/acme/app = https://gitlab.com/api/v4/projects/acme%2Fapp/repository
https://bitbucket.org/acme/app = https://bitbucket.org/api/2.0/repositories/acme/app
https://octo.ghe.com/acme/app = https://api.octo.ghe.com/repos/acme/app
https://github.com/acme/app = https://www.github.com/acme/app
https://gitlab.com/acme/api/v4/app ≠ https://gitlab.com/acme/app
# Gerrit, and others
https://gerrit.example.com/a/tools/app = ssh://jane@gerrit.example.com:29418/tools/app
https://gerrit.example.com/a/app = https://gerrit.example.com/app
https://gerrit.example.com/a/tools/app ≠ https://gerrit.example.com/a/tools/lib
https://git.sr.ht/~jane/app = git@git.sr.ht:~jane/app
https://git.sr.ht/~jane/app ≠ git@git.sr.ht:~joe/app
https://git.example.com/gitweb?p=app.git ≠ https://git.example.com/gitweb?p=lib.git
https://bücher.example/acme/app = https://xn--bcher-kva.example/acme/app
https://git.example.com/acme%2Fapp = https://git.example.com/acme/app
";

#[test]
fn distinguishes_repositories_by_their_urls() {
    for_each_pair(PAIRS, normalize);
}

#[test]
fn reads_only_urls_of_repositories() {
    let cases = [
        "",
        "app",
        "acme/app",
        "/srv/git/app.git",
        "./app",
        "../app.git",
        "file:///srv/git/app.git",
        "ftp://example.com/acme/app",
        "s3://bucket/app",
        "codecommit::us-east-1://app",
        "codecommit::app",
        "codecommit://app",
        "https://",
        "https://github.com",
        "https://github.com/",
        "https://github.com/.git",
        "git@github.com:",
        "git@github.com",
        "https://dev.azure.com/acme",
        "https://dev.azure.com/acme/web",
        "https://git.example.com/%ff/app",
        "https://gitlab.com/api/v4/projects/4711",
        "https://api.github.com/repositories/4711",
        "https://tfs.example.com/tfs/DefaultCollection/_apis/git/repositories/4711",
        "https://git.example.com/api/v1/repos/acme",
        "https://exa mple.com/acme/app",
    ];
    for case in cases {
        assert_eq!(normalize(case), None, "{case:?}");
    }
}

#[test]
fn several_urls_of_one_repository_become_one() {
    let urls = [
        "https://github.com/acme/app.git",
        "git@github.com:acme/app.git",
        "https://github.com/acme/app",
    ];
    let got = normalize_all(&urls.map(String::from), normalize);
    assert_eq!(got, [normalize(urls[0]).unwrap()]);
}

#[test]
fn keeps_no_credentials() {
    let repository = normalize("https://jane:secret@git.example.com/acme/app.git").unwrap();
    assert_eq!(repository.to_string(), "git.example.com/acme/app");
}

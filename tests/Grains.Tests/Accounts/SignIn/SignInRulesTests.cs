using AudioOrleans.Grains.Accounts;
using AudioOrleans.Grains.Accounts.SignIn;
using AudioOrleans.Grains.Interfaces.Accounts;
using AudioOrleans.Grains.Interfaces.Accounts.SignIn;

namespace AudioOrleans.Grains.Tests.Accounts.SignIn;

public sealed class SignInRulesTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly Guid Family = Guid.NewGuid();
    private static readonly Guid Session = RefreshToken.SessionOf(Family);
    private static readonly ExternalPerson Person = new("google", "117", "asa@example.org", "Åsa");
    private static readonly AccountState Account = new()
    {
        Email = "asa@example.org", PasswordHash = "$2b$", EmailVerified = true, Revision = 4, Sessions = [new RefreshSession(Family, "", Now.AddDays(1))],
    };

    private static readonly AccountState Linked = Account with { Identities = [new ExternalIdentity("google", "117", Now.AddDays(-1))] };
    private static readonly SecondFactorState Factor = new("", true, 0, []);

    [Fact]
    public void An_unknown_person_gets_an_account_without_a_password()
    {
        var (status, next) = SignInRules.SignIn(null, Person, AccountRole.Listener, Now);
        Assert.Equal(SignInStatus.Granted, status);
        Assert.Equal(("asa@example.org", "Åsa", AccountRole.Listener, "", true, Now), (next!.Email, next.Name, next.Role, next.PasswordHash, next.EmailVerified, next.CreatedAt));
        Assert.Equal(new ExternalIdentity("google", "117", Now), Assert.Single(next.Identities));
    }

    [Fact]
    public void Without_a_verified_address_there_is_no_new_account() =>
        Assert.Equal((SignInStatus.EmailUnverified, null), SignInRules.SignIn(null, Person with { VerifiedEmail = null }, AccountRole.Dj, Now));

    [Theory]
    [InlineData("asa@example.org")]
    [InlineData("another@example.org")]
    [InlineData(null)]
    public void A_linked_person_can_sign_in_whatever_the_current_address_is(string? email) =>
        Assert.Equal((SignInStatus.Granted, Linked), SignInRules.SignIn(Linked, Person with { VerifiedEmail = email }, AccountRole.Dj, Now));

    [Fact]
    public void A_linked_person_can_sign_in_to_an_unverified_account()
    {
        var account = Linked with { EmailVerified = false };
        Assert.Equal((SignInStatus.Granted, account), SignInRules.SignIn(account, Person, AccountRole.Dj, Now));
    }

    [Fact]
    public void An_address_verified_on_both_sides_links_the_account()
    {
        var (status, next) = SignInRules.SignIn(Account, Person, AccountRole.Dj, Now);
        Assert.Equal(SignInStatus.Granted, status);
        Assert.Equal(new ExternalIdentity("google", "117", Now), Assert.Single(next!.Identities));
        Assert.Equal(Account, next with { Identities = [] });
    }

    [Fact]
    public void An_admin_account_is_not_linked_by_its_address()
    {
        var admin = Account with { Role = AccountRole.Admin };
        Assert.Equal((SignInStatus.AccountUnverified, null), SignInRules.SignIn(admin, Person, AccountRole.Dj, Now));
        var linked = admin with { Identities = [new ExternalIdentity(Person.Provider, Person.Subject, Now)] };
        Assert.Equal(SignInStatus.Granted, SignInRules.SignIn(linked, Person, AccountRole.Dj, Now).Status);
    }

    [Fact]
    public void An_account_with_an_unverified_address_is_not_linked() =>
        Assert.Equal((SignInStatus.AccountUnverified, null), SignInRules.SignIn(Account with { EmailVerified = false }, Person, AccountRole.Dj, Now));

    [Theory]
    [InlineData(null)]
    [InlineData("another@example.org")]
    public void An_account_with_another_address_is_not_linked(string? email) =>
        Assert.Equal((SignInStatus.EmailUnverified, null), SignInRules.SignIn(Account, Person with { VerifiedEmail = email }, AccountRole.Dj, Now));

    [Fact]
    public void A_subject_is_valid_only_for_its_own_provider() =>
        Assert.Equal(SignInStatus.EmailUnverified, SignInRules.SignIn(Linked, Person with { Provider = "github", VerifiedEmail = null }, AccountRole.Dj, Now).Status);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Disabled_accounts_and_accounts_with_a_second_factor_open_no_session_and_link_nobody(bool isLinked)
    {
        var account = isLinked ? Linked : Account;
        Assert.Equal((SignInStatus.Disabled, null), SignInRules.SignIn(account with { Disabled = true }, Person, AccountRole.Dj, Now));
        Assert.Equal((SignInStatus.SecondFactorNeeded, null), SignInRules.SignIn(account with { SecondFactor = Factor }, Person, AccountRole.Dj, Now));
        Assert.Equal(SignInStatus.Granted, SignInRules.SignIn(account with { SecondFactor = Factor with { Confirmed = false } }, Person, AccountRole.Dj, Now).Status);
    }

    [Fact]
    public void Only_one_person_per_provider_can_be_linked()
    {
        Assert.Equal((SignInStatus.OtherLinked, null), SignInRules.SignIn(Linked, Person with { Subject = "118" }, AccountRole.Dj, Now));
        Assert.Equal((SignInStatus.OtherLinked, null), SignInRules.Link(Linked, Person with { Subject = "118" }, Session, Now));
        Assert.Equal(2, SignInRules.Link(Linked, Person with { Provider = "github" }, Session, Now).Next!.Identities.Length);
    }

    [Fact]
    public void Linking_requires_the_session_that_requested_it()
    {
        Assert.Equal((SignInStatus.SessionEnded, null), SignInRules.Link(Account with { Sessions = [] }, Person, Session, Now));
        Assert.Equal((SignInStatus.SessionEnded, null), SignInRules.Link(Account, Person, Guid.NewGuid(), Now));
        Assert.Equal((SignInStatus.SessionEnded, null), SignInRules.Link(Account, Person, Session, Now.AddDays(1)));
        Assert.Equal((SignInStatus.Disabled, null), SignInRules.Link(Account with { Disabled = true }, Person, Session, Now));
    }

    [Theory]
    [InlineData("asa@example.org", true, 5)]
    [InlineData("another@example.org", false, 4)]
    [InlineData(null, false, 4)]
    public void Linking_verifies_the_address_if_the_provider_verified_the_same_one(string? email, bool isVerified, long revision)
    {
        var (status, next) = SignInRules.Link(Account with { EmailVerified = false }, Person with { VerifiedEmail = email }, Session, Now);
        Assert.Equal((SignInStatus.Linked, isVerified, revision), (status, next!.EmailVerified, next.Revision));
    }

    [Fact]
    public void Linking_twice_changes_nothing() => Assert.Equal((SignInStatus.Linked, Linked), SignInRules.Link(Linked, Person, Session, Now));

    [Fact]
    public void The_only_way_to_sign_in_cannot_be_removed()
    {
        var without = Linked with { PasswordHash = "" };
        Assert.True(SignInRules.CanDoWithout(Linked, "google"));
        Assert.False(SignInRules.CanDoWithout(without, "google"));
        Assert.True(SignInRules.CanDoWithout(without with { Identities = without.Identities.Add(new ExternalIdentity("github", "1", Now)) }, "google"));
    }
}

using AudioOrleans.Grains.Accounts;
using AudioOrleans.Grains.Interfaces.Accounts;
using AudioOrleans.Testing;

namespace AudioOrleans.Grains.Tests.Accounts;

public sealed class MailedLinksTests
{
    private const string Email = "dj@example.org";

    private static readonly Guid User = Guid.NewGuid();

    private readonly ManualTimeProvider _time = new();

    [Theory]
    [InlineData(LinkPurpose.VerifyEmail, 24)]
    [InlineData(LinkPurpose.ResetPassword, 1)]
    public void A_link_is_valid_until_it_expires(LinkPurpose purpose, int hours)
    {
        var (state, link, token) = Add(new AccountState(), purpose);
        Assert.Equal(link, Find(state, purpose, token));
        _time.Advance(TimeSpan.FromHours(hours) - TimeSpan.FromTicks(1));
        Assert.Equal(link, Find(state, purpose, token));
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Null(Find(state, purpose, token));
    }

    [Fact]
    public void A_new_link_replaces_only_the_previous_link_of_the_same_purpose()
    {
        var (one, _, first) = Add(new AccountState(), LinkPurpose.VerifyEmail);
        var (two, _, reset) = Add(one, LinkPurpose.ResetPassword);
        var (three, _, second) = Add(two, LinkPurpose.VerifyEmail);
        Assert.Equal(2, three.Links.Length);
        Assert.Null(Find(three, LinkPurpose.VerifyEmail, first));
        Assert.NotNull(Find(three, LinkPurpose.VerifyEmail, second));
        Assert.NotNull(Find(three, LinkPurpose.ResetPassword, reset));
    }

    [Fact]
    public void A_link_is_valid_only_for_its_own_purpose()
    {
        var (state, _, token) = Add(new AccountState(), LinkPurpose.VerifyEmail);
        Assert.Null(Find(state, LinkPurpose.ResetPassword, token));
    }

    [Fact]
    public void A_second_link_of_the_same_purpose_waits_a_minute()
    {
        var (state, _, _) = Add(new AccountState(), LinkPurpose.ResetPassword);
        Assert.Null(MailedLinks.WaitAt(state, LinkPurpose.VerifyEmail, _time.GetUtcNow()));
        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(TimeSpan.FromSeconds(1), MailedLinks.WaitAt(state, LinkPurpose.ResetPassword, _time.GetUtcNow()));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(MailedLinks.WaitAt(state, LinkPurpose.ResetPassword, _time.GetUtcNow()));
    }

    [Fact]
    public void Only_a_hash_is_kept()
    {
        var (state, link, token) = Add(new AccountState(), LinkPurpose.VerifyEmail);
        Assert.Matches("^[0-9a-f]{64}$", link.Hash);
        Assert.DoesNotContain(token, state.ToString() + link, StringComparison.Ordinal);
        Assert.Null(Find(state, LinkPurpose.VerifyEmail, link.Hash));
    }

    [Fact]
    public void A_token_identifies_its_user()
    {
        Assert.True(MailedToken.TryRead(MailedToken.Create(User), out var user));
        Assert.Equal(User, user);
        Assert.NotEqual(MailedToken.Create(User), MailedToken.Create(User));
        Assert.False(MailedToken.TryRead(null, out _));
        Assert.False(MailedToken.TryRead("", out _));
        Assert.False(MailedToken.TryRead(RefreshToken.Create(User, Guid.NewGuid()), out _));
        Assert.False(MailedToken.TryRead(new string('A', 10_000_000), out _));
    }

    private (AccountState State, MailedLink Link, string Token) Add(AccountState state, LinkPurpose purpose) => MailedLinks.Add(state, User, purpose, Email, _time.GetUtcNow());

    private MailedLink? Find(AccountState state, LinkPurpose purpose, string token) => MailedLinks.Find(state, purpose, token, _time.GetUtcNow());
}

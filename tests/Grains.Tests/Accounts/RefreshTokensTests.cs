using AudioOrleans.Grains.Accounts;
using AudioOrleans.Grains.Interfaces.Accounts;

namespace AudioOrleans.Grains.Tests.Accounts;

public sealed class RefreshTokensTests
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(30);
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly Guid User = Guid.NewGuid();

    [Fact]
    public void A_token_can_be_exchanged_for_its_successor_repeatedly()
    {
        var (state, token) = RefreshTokens.Open(new AccountState(), User, Now, Lifetime);
        for (var day = 1; day < 100; day++)
        {
            var (next, successor) = RefreshTokens.Rotate(state, User, token, Now.AddDays(day * 29), Lifetime);
            Assert.NotNull(successor);
            Assert.NotEqual(token, successor);
            Assert.Single(next.Sessions);
            (state, token) = (next, successor);
        }
    }

    [Fact]
    public void A_reused_token_ends_only_its_own_session()
    {
        var (opened, first) = RefreshTokens.Open(new AccountState(), User, Now, Lifetime);
        var (both, other) = RefreshTokens.Open(opened, User, Now, Lifetime);
        var (rotated, second) = RefreshTokens.Rotate(both, User, first, Now, Lifetime);
        var (ended, stolen) = RefreshTokens.Rotate(rotated, User, first, Now, Lifetime);
        Assert.Null(stolen);
        Assert.Null(RefreshTokens.Rotate(ended, User, second!, Now, Lifetime).Token);
        Assert.NotNull(RefreshTokens.Rotate(ended, User, other, Now, Lifetime).Token);
    }

    [Fact]
    public void A_token_expires_after_its_lifetime()
    {
        var (state, token) = RefreshTokens.Open(new AccountState(), User, Now, Lifetime);
        Assert.Null(RefreshTokens.Rotate(state, User, token, Now + Lifetime, Lifetime).Token);
        Assert.Same(state, RefreshTokens.Rotate(state, User, token, Now + Lifetime, Lifetime).State);
        Assert.NotNull(RefreshTokens.Rotate(state, User, token, Now + Lifetime - TimeSpan.FromSeconds(1), Lifetime).Token);
    }

    [Fact]
    public void An_account_keeps_only_its_fifty_newest_sessions()
    {
        var state = new AccountState();
        var tokens = new List<string>();
        for (var i = 0; i < 51; i++)
        {
            (state, var token) = RefreshTokens.Open(state, User, Now, Lifetime);
            tokens.Add(token);
        }
        Assert.Equal(50, state.Sessions.Length);
        Assert.Null(RefreshTokens.Rotate(state, User, tokens[0], Now, Lifetime).Token);
        Assert.All(tokens[1..], token => Assert.NotNull(RefreshTokens.Rotate(state, User, token, Now, Lifetime).Token));
    }

    [Fact]
    public void Expired_sessions_are_removed()
    {
        var (old, _) = RefreshTokens.Open(new AccountState(), User, Now, Lifetime);
        Assert.Single(RefreshTokens.Open(old, User, Now + Lifetime, Lifetime).State.Sessions);
    }

    [Fact]
    public void Logging_out_ends_the_session()
    {
        var (state, token) = RefreshTokens.Open(new AccountState(), User, Now, Lifetime);
        Assert.Empty(RefreshTokens.Close(state, token).Sessions);
        Assert.Same(state, RefreshTokens.Close(state, RefreshToken.Create(User, Guid.NewGuid())));
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void An_unknown_token_changes_nothing(string token)
    {
        var (state, _) = RefreshTokens.Open(new AccountState(), User, Now, Lifetime);
        Assert.Equal((state, null), RefreshTokens.Rotate(state, User, token, Now, Lifetime));
        Assert.Same(state, RefreshTokens.Close(state, token));
    }

    [Fact]
    public void Only_hashes_are_kept()
    {
        var (state, token) = RefreshTokens.Open(new AccountState(), User, Now, Lifetime);
        Assert.Matches("^[0-9a-f]{64}$", state.Sessions[0].TokenHash);
        Assert.DoesNotContain(token, state.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_token_identifies_its_user()
    {
        var family = Guid.NewGuid();
        Assert.True(RefreshToken.TryRead(RefreshToken.Create(User, family), out var user, out var read));
        Assert.Equal((User, family), (user, read));
        Assert.False(RefreshToken.TryRead(null, out _, out _));
        Assert.False(RefreshToken.TryRead(new string('A', 10_000_000), out _, out _));
    }
}

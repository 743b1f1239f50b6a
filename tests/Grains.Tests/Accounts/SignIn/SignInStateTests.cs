using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using AudioOrleans.Grains.Accounts.SignIn;
using AudioOrleans.Grains.Interfaces.Accounts;
using AudioOrleans.Grains.Interfaces.Accounts.SignIn;
using AudioOrleans.Persistence.Secrets;
using AudioOrleans.Testing;

namespace AudioOrleans.Grains.Tests.Accounts.SignIn;

public sealed class SignInStateTests : IDisposable
{
    private static readonly BeginSignIn Command = new("google", "/account", AccountRole.Listener, new LinkTarget(Guid.NewGuid(), Guid.NewGuid()));

    private readonly TestFolder _folder = new();
    private readonly ManualTimeProvider _time = new();
    private readonly SignInStates _states;

    public SignInStateTests() => _states = NewStates("one");

    [Fact]
    public void A_state_opens_in_the_browser_that_started_it_and_holds_the_request()
    {
        var (state, challenge, nonce) = _states.Begin(Command);
        var open = _states.Open("google", state, nonce);
        Assert.NotNull(open);
        Assert.Equal((Command.ReturnTo, Command.Role, Command.LinkTo), (open.ReturnTo, open.Role, open.LinkTo));
        Assert.Equal(challenge, Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(open.Verifier))));
        Assert.InRange(open.Verifier.Length, 43, 128);
        Assert.DoesNotContain(open.Verifier, open.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_state_expires_after_ten_minutes()
    {
        var (state, _, nonce) = _states.Begin(Command);
        _time.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromTicks(1));
        Assert.NotNull(_states.Open("google", state, nonce));
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Null(_states.Open("google", state, nonce));
    }

    [Fact]
    public void A_state_is_invalid_in_another_browser_with_another_provider_or_under_another_key()
    {
        var (state, _, nonce) = _states.Begin(Command);
        var (_, _, other) = _states.Begin(Command);
        Assert.Null(_states.Open("google", state, other));
        Assert.Null(_states.Open("google", state, null));
        Assert.Null(_states.Open("google", state, ""));
        Assert.Null(_states.Open("github", state, nonce));
        Assert.Null(NewStates("two").Open("google", state, nonce));
    }

    [Fact]
    public void A_state_with_a_changed_bit_is_invalid()
    {
        var (state, _, nonce) = _states.Begin(Command);
        var bytes = Base64Url.DecodeFromChars(state);
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] ^= 1;
            Assert.Null(_states.Open("google", Base64Url.EncodeToString(bytes), nonce));
            bytes[i] ^= 1;
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("AQ")]
    [InlineData("not base64url!")]
    [InlineData("A")]
    public void Text_that_is_not_a_state_is_rejected(string? text) => Assert.Null(_states.Open("google", text, "nonce"));

    [Fact]
    public void Text_that_is_too_long_is_rejected() => Assert.Null(_states.Open("google", new string('A', 1_000_000), "nonce"));

    [Fact]
    public void The_longest_return_address_fits_and_no_two_states_are_the_same()
    {
        var command = Command with { ReturnTo = "/" + new string('x', 1023) };
        var (one, other) = (_states.Begin(command), _states.Begin(command));
        Assert.NotNull(_states.Open("google", one.Sealed, one.BrowserNonce));
        Assert.NotEqual(one.Challenge, other.Challenge);
        Assert.NotEqual(one.BrowserNonce, other.BrowserNonce);
    }

    public void Dispose() => _folder.Dispose();

    private SignInStates NewStates(string key) => new(new SecretBox(MasterKey.LoadOrCreate(null, _folder[key])), _time);
}

using System.Security.Claims;
using System.Text;
using System.Text.Json.Nodes;
using AudioOrleans.Gateway.Authentication;
using AudioOrleans.Grains.Interfaces.Tokens;
using AudioOrleans.Testing;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AudioOrleans.Gateway.Tests.Authentication;

/// <summary>A corpus of tokens that must be refused, and random changes to a valid one.</summary>
public sealed class AccessTokenTests
{
    private readonly ManualTimeProvider _time = new();
    // Creating a key takes a tenth of a second.
    private static readonly SigningKey Key = new("key-1");
    private static readonly SigningKey Stranger = new("key-1");
    private readonly VerificationKeys _keys = new();
    private readonly List<string> _requested = [];
    private readonly CachingTokenHandler _handler;
    private readonly TokenValidationParameters _parameters;

    public AccessTokenTests()
    {
        _keys.Use([Key.Public]);
        _handler = new CachingTokenHandler(_keys, keyId =>
        {
            _requested.Add(keyId);
            return ValueTask.CompletedTask;
        });
        _parameters = TokenParameters.Create(TokenParameters.Access, new TokenOptions(), _keys, _time);
    }

    private JsonObject Good => SigningKey.Payload(_time.GetUtcNow());

    [Fact]
    public async Task A_valid_token_identifies_the_caller()
    {
        var token = Key.Sign(Key.Header, Good);
        var claims = Assert.IsType<TokenClaims>(await ValidateAsync(token));
        Assert.Equal(Guid.Parse("01900000-0000-7000-8000-00000000000a"), claims.UserId);
        Assert.Equal(Guid.Parse("01900000-0000-7000-8000-00000000000b"), claims.SessionId);
        var principal = new ClaimsPrincipal((await _handler.ValidateTokenAsync(token, _parameters)).ClaimsIdentity);
        Assert.True(principal.HasScope("streams:write"));
        Assert.False(principal.HasScope("admin"));
        Assert.False(principal.HasScope("streams"));
        Assert.Equal(claims.UserId, principal.IdOf(Principals.Subject));
        Assert.Equal(claims.SessionId, principal.IdOf(Principals.Session));
        Assert.Null(claims.Resource);
    }

    public static TheoryData<string> InvalidTokens() => [.. Corpus.Keys];

    [Theory]
    [MemberData(nameof(InvalidTokens))]
    public async Task An_invalid_token_is_refused(string kind)
    {
        var token = Corpus[kind](this);
        Assert.Null(await ValidateAsync(token));
        Assert.Null(await ValidateAsync(token)); // The cache does not change the result.
    }

    [Fact]
    public async Task A_randomly_changed_token_is_refused()
    {
        var token = Key.Sign(Key.Header, Good);
        Assert.NotNull(await ValidateAsync(token));
        var random = new Random(20261121);
        const string letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ \0é";
        for (var i = 0; i < 3000; i++)
        {
            var changed = new StringBuilder(token);
            for (var changes = random.Next(1, 4); changes > 0; changes--)
            {
                var at = random.Next(changed.Length);
                switch (random.Next(4))
                {
                    case 0: changed[at] = letters[random.Next(letters.Length)]; break;
                    case 1: changed.Remove(at, Math.Min(random.Next(1, 8), changed.Length - at)); break;
                    case 2: changed.Insert(at, letters[random.Next(letters.Length)]); break;
                    default: (changed[at], changed[^(at + 1)]) = (changed[^(at + 1)], changed[at]); break;
                }
            }
            var text = changed.ToString();
            if (text != token)
                Assert.True(await ValidateAsync(text) is null, $"accepted: {text}");
        }
    }

    [Fact]
    public async Task Every_prefix_of_a_token_is_refused()
    {
        var token = Key.Sign(Key.Header, Good);
        for (var length = 0; length < token.Length; length++)
            Assert.Null(await ValidateAsync(token[..length]));
    }

    [Fact]
    public async Task The_lifetime_of_a_token_allows_thirty_seconds_of_clock_skew()
    {
        var token = Key.Sign(Key.Header, Good);
        var early = SigningKey.Payload(_time.GetUtcNow().AddSeconds(29));
        Assert.NotNull(await ValidateAsync(Key.Sign(Key.Header, early)));
        var tooEarly = SigningKey.Payload(_time.GetUtcNow().AddSeconds(31));
        Assert.Null(await ValidateAsync(Key.Sign(Key.Header, tooEarly)));
        Assert.NotNull(await ValidateAsync(token));
        _time.Advance(TimeSpan.FromHours(24) + TimeSpan.FromSeconds(29));
        Assert.NotNull(await ValidateAsync(token));
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Null(await ValidateAsync(token)); // Although it was verified before.
    }

    [Fact]
    public async Task A_revoked_key_no_longer_verifies_tokens_not_even_those_it_verified_before()
    {
        var token = Key.Sign(Key.Header, Good);
        Assert.NotNull(await ValidateAsync(token));
        using var next = new SigningKey("key-2");
        _keys.Use([next.Public, Key.Public]);
        Assert.NotNull(await ValidateAsync(token));
        Assert.NotNull(await ValidateAsync(next.Sign(next.Header, Good)));
        _keys.Use([next.Public]);
        Assert.Empty(_requested);
        Assert.Null(await ValidateAsync(token));
        Assert.Equal(["key-1"], _requested);
    }

    [Fact]
    public async Task An_unknown_key_is_requested()
    {
        using var next = new SigningKey("key-2");
        var handler = new CachingTokenHandler(_keys, _ =>
        {
            _keys.Use([Key.Public, next.Public]);
            return ValueTask.CompletedTask;
        });
        var token = next.Sign(next.Header, Good);
        Assert.True((await handler.ValidateTokenAsync(token, _parameters)).IsValid);
    }

    [Fact]
    public async Task A_validated_token_is_cached()
    {
        var token = Key.Sign(Key.Header, Good);
        var first = await _handler.ValidateTokenAsync(token, _parameters);
        Assert.Same(first, await _handler.ValidateTokenAsync(token, _parameters.Clone()));
    }

    private async Task<TokenClaims?> ValidateAsync(string token)
    {
        var result = await _handler.ValidateTokenAsync(token, _parameters);
        return result.IsValid ? TokenClaims.Read((JsonWebToken)result.SecurityToken) : null;
    }

    private static readonly Dictionary<string, Func<AccessTokenTests, string>> Corpus = new()
    {
        ["nothing"] = _ => "",
        ["dots"] = _ => "..",
        ["many dots"] = _ => new string('.', 5000),
        ["five parts, as encrypted ones have"] = t => $"{Key.Sign(Key.Header, t.Good)}.a.b",
        ["oversized"] = t => Key.Sign(Key.Header, With(t.Good, "more", new string('a', 10_000))),
        ["alg none"] = t => $"{SigningKey.Part(With(Key.Header, "alg", "none"))}.{SigningKey.Part(t.Good)}.",
        ["alg None with a signature"] = t => Key.Sign(With(Key.Header, "alg", "None"), t.Good),
        ["no alg"] = t => Key.Sign(Without(Key.Header, "alg"), t.Good),
        ["HS256 with the public key as PEM"] = t => SigningKey.Hs256(With(Key.Header, "alg", "HS256"), t.Good, Encoding.UTF8.GetBytes(Key.PublicPem)),
        ["HS256 with the public key as DER"] = t => SigningKey.Hs256(With(Key.Header, "alg", "HS256"), t.Good, Key.PublicDer),
        ["HS256 with the public key as JWK"] = t => SigningKey.Hs256(With(Key.Header, "alg", "HS256"), t.Good, Encoding.UTF8.GetBytes(Key.Jwk.ToJsonString())),
        ["an HMAC that says RS256"] = t => SigningKey.Hs256(Key.Header, t.Good, Encoding.UTF8.GetBytes(Key.PublicPem)),
        ["PS256"] = t => Key.SignPss(With(Key.Header, "alg", "PS256"), t.Good),
        ["a PSS signature that says RS256"] = t => Key.SignPss(Key.Header, t.Good),
        ["RS512"] = t => Key.Sign(With(Key.Header, "alg", "RS512"), t.Good),
        ["a stranger's key under our id"] = t => Stranger.Sign(Key.Header, t.Good),
        ["an embedded key"] = t => Stranger.Sign(WithNode(Key.Header, "jwk", Stranger.Jwk), t.Good),
        ["an embedded certificate"] = t => Stranger.Sign(WithNode(Key.Header, "x5c", new JsonArray("MIIB")), t.Good),
        ["the address of a key set"] = t => Stranger.Sign(With(Key.Header, "jku", "http://127.0.0.1:1/keys"), t.Good),
        ["no key id"] = t => Key.Sign(Without(Key.Header, "kid"), t.Good),
        ["a key id that is a path"] = t => Key.Sign(With(Key.Header, "kid", "../../dev/null"), t.Good),
        ["a key id that is a number"] = t => Key.Sign(WithNode(Key.Header, "kid", 1), t.Good),
        ["another type"] = t => Key.Sign(With(Key.Header, "typ", "JWT"), t.Good),
        ["no type"] = t => Key.Sign(Without(Key.Header, "typ"), t.Good),
        ["a media token without a resource"] = t => Key.Sign(With(Key.Header, "typ", "media+jwt"), t.Good),
        ["a header that is an array"] = t => Key.Sign(SigningKey.Part("[]"), SigningKey.Part(t.Good)),
        ["a header that is no JSON"] = t => Key.Sign(SigningKey.Part("{\"alg\":"), SigningKey.Part(t.Good)),
        ["a payload that is a string"] = t => Key.Sign(SigningKey.Part(Key.Header), SigningKey.Part("\"sub\"")),
        ["a payload that is deep"] = t => Key.Sign(SigningKey.Part(Key.Header), SigningKey.Part(new string('[', 2000))),
        ["a payload with half a surrogate pair"] = t => Key.Sign(SigningKey.Part(Key.Header), SigningKey.Part("{\"iss\":\"\\ud800\"}")),
        ["a payload that is no UTF-8"] = t => Key.Sign(SigningKey.Part(Key.Header), System.Buffers.Text.Base64Url.EncodeToString([0x7b, 0xff, 0xfe, 0x7d])),
        ["base64 with padding"] = t => Key.Sign(Key.Header, t.Good) + "==",
        ["base64 of the other alphabet"] = t => Key.Sign(Key.Header, t.Good) + "+/",
        ["spaces"] = t => Key.Sign(Key.Header, t.Good).Replace(".", " . ", StringComparison.Ordinal),
        ["another issuer"] = t => Key.Sign(Key.Header, With(t.Good, "iss", "audio.orleans.example")),
        ["no issuer"] = t => Key.Sign(Key.Header, Without(t.Good, "iss")),
        ["another audience"] = t => Key.Sign(Key.Header, With(t.Good, "aud", "somebody else")),
        ["an audience that is a list"] = t => Key.Sign(Key.Header, WithNode(t.Good, "aud", new JsonArray("audio.orleans", "evil"))),
        ["no end"] = t => Key.Sign(Key.Header, Without(t.Good, "exp")),
        ["an end that is text"] = t => Key.Sign(Key.Header, With(t.Good, "exp", "never")),
        ["an end beyond all times"] = t => Key.Sign(Key.Header, WithNode(t.Good, "exp", long.MaxValue)),
        ["an end with a fraction beyond all times"] = t => Key.Sign(Key.Header, WithNode(t.Good, "exp", 1e300)),
        ["an end before all times"] = t => Key.Sign(Key.Header, WithNode(t.Good, "exp", -1)),
        ["ended"] = t => Key.Sign(Key.Header, SigningKey.Payload(t._time.GetUtcNow().AddHours(-25))),
        ["no beginning"] = t => Key.Sign(Key.Header, Without(t.Good, "nbf")),
        ["not begun"] = t => Key.Sign(Key.Header, SigningKey.Payload(t._time.GetUtcNow().AddHours(1))),
        ["no account"] = t => Key.Sign(Key.Header, Without(t.Good, "sub")),
        ["an account that is no id"] = t => Key.Sign(Key.Header, With(t.Good, "sub", "admin")),
        ["no session"] = t => Key.Sign(Key.Header, Without(t.Good, "sid")),
        ["no role"] = t => Key.Sign(Key.Header, Without(t.Good, "role")),
        ["no scope"] = t => Key.Sign(Key.Header, Without(t.Good, "scope")),
        ["scopes that are a list"] = t => Key.Sign(Key.Header, WithNode(t.Good, "scope", new JsonArray("admin"))),
        ["an altered payload"] = t => Swap(Key.Sign(Key.Header, t.Good), 1, SigningKey.Part(With(t.Good, "role", "admin"))),
        ["a signature of another token"] = t => Swap(Key.Sign(Key.Header, t.Good), 2, Key.Sign(Key.Header, With(t.Good, "role", "admin")).Split('.')[2]),
        ["a signature of nothing but zeros"] = t => Swap(Key.Sign(Key.Header, t.Good), 2, System.Buffers.Text.Base64Url.EncodeToString(new byte[256])),
        ["an empty signature"] = t => Swap(Key.Sign(Key.Header, t.Good), 2, ""),
    };

    private static JsonObject With(JsonObject json, string name, string value) => WithNode(json, name, value);

    private static JsonObject WithNode(JsonObject json, string name, JsonNode value)
    {
        json[name] = value;
        return json;
    }

    private static JsonObject Without(JsonObject json, string name)
    {
        json.Remove(name);
        return json;
    }

    private static string Swap(string token, int part, string value)
    {
        var parts = token.Split('.');
        parts[part] = value;
        return string.Join('.', parts);
    }
}

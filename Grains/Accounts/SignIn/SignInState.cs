using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AudioOrleans.Grains.Interfaces.Accounts;
using AudioOrleans.Grains.Interfaces.Accounts.SignIn;
using AudioOrleans.Persistence.Secrets;

namespace AudioOrleans.Grains.Accounts.SignIn;

/// <summary>What a sign-in needs to know when the browser comes back.</summary>
/// <param name="Verifier">The secret of PKCE (RFC 7636), whose hash the provider has.</param>
/// <param name="NonceHash">SHA-256 of what the browser keeps, base64url.</param>
/// <param name="ExpiresAt">When it ends, UTC.</param>
/// <param name="ReturnTo">Where the browser is to go then; null to answer.</param>
/// <param name="Role">What a new account is for.</param>
/// <param name="LinkTo">Who wants to link; null to sign in.</param>
public sealed record SignInState(string Verifier, string NonceHash, DateTimeOffset ExpiresAt, string? ReturnTo, AccountRole Role, LinkTarget? LinkTo)
{
    /// <summary>Keeps the verifier out of logs.</summary>
    public override string ToString() => "SignInState";
}

/// <summary>
/// Seals states, so that none have to be kept here: they travel through browser and provider, and neither can read or change
/// them. A state is worth nothing with another provider, in another browser, or later.
/// </summary>
public sealed class SignInStates(SecretBox box, TimeProvider time)
{
    /// <summary>How long a person may take at the provider.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    private const int SecretBytes = 32;
    private const int Longest = 4096;

    /// <summary>A new state: sealed, with the challenge for the provider and the nonce for the browser.</summary>
    public (string Sealed, string Challenge, string BrowserNonce) Begin(BeginSignIn command)
    {
        var (verifier, nonce) = (NewSecret(), NewSecret());
        var state = new SignInState(verifier, Hash(nonce), time.GetUtcNow() + Lifetime, command.ReturnTo, command.Role, command.LinkTo);
        return (Base64Url.EncodeToString(box.Seal(JsonSerializer.SerializeToUtf8Bytes(state), ContextOf(command.Provider))), Hash(verifier), nonce);
    }

    /// <summary>The state that this browser began with this provider; null when it is none.</summary>
    public SignInState? Open(string provider, string? text, string? browserNonce)
    {
        if (string.IsNullOrEmpty(text) || text.Length > Longest || string.IsNullOrEmpty(browserNonce) || browserNonce.Length > Longest || !Base64Url.IsValid(text))
            return null;
        SignInState state;
        try
        {
            state = JsonSerializer.Deserialize<SignInState>(box.Open(Base64Url.DecodeFromChars(text), ContextOf(provider)))!;
        }
        catch (Exception exception) when (exception is SecretBoxException or FormatException)
        {
            return null;
        }
        var isSameBrowser = CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Hash(browserNonce)), Encoding.ASCII.GetBytes(state.NonceHash));
        return isSameBrowser && time.GetUtcNow() < state.ExpiresAt ? state : null;
    }

    private static string NewSecret() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));

    // Of the verifier this is the challenge by S256 (RFC 7636, section 4.2).
    private static string Hash(string secret) => Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    private static string ContextOf(string provider) => $"sign-in/{provider}";
}

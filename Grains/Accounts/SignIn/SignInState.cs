using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AudioOrleans.Grains.Interfaces.Accounts;
using AudioOrleans.Grains.Interfaces.Accounts.SignIn;
using AudioOrleans.Persistence.Secrets;

namespace AudioOrleans.Grains.Accounts.SignIn;

/// <summary>The data that a sign-in needs when the browser returns.</summary>
/// <param name="Verifier">The PKCE verifier (RFC 7636); the provider has its hash.</param>
/// <param name="NonceHash">SHA-256 of the browser's nonce, base64url.</param>
/// <param name="ExpiresAt">When it expires, UTC.</param>
/// <param name="ReturnTo">Where to redirect the browser afterwards; null to return the tokens in the response.</param>
/// <param name="Role">The role of a new account.</param>
/// <param name="LinkTo">The account to link to; null to sign in.</param>
public sealed record SignInState(string Verifier, string NonceHash, DateTimeOffset ExpiresAt, string? ReturnTo, AccountRole Role, LinkTarget? LinkTo)
{
    /// <summary>Keeps the verifier out of logs.</summary>
    public override string ToString() => "SignInState";
}

/// <summary>
/// Seals states, so that none have to be stored: they travel through browser and provider, and neither can read or change them.
/// A state is invalid with another provider, in another browser, or after its expiry.
/// </summary>
public sealed class SignInStates(SecretBox box, TimeProvider time)
{
    /// <summary>How long a person may take at the provider.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    private const int SecretBytes = 32;
    private const int Longest = 4096;

    /// <summary>Creates a state: sealed, with the challenge for the provider and the nonce for the browser.</summary>
    public (string Sealed, string Challenge, string BrowserNonce) Begin(BeginSignIn command)
    {
        var (verifier, nonce) = (NewSecret(), NewSecret());
        var state = new SignInState(verifier, Hash(nonce), time.GetUtcNow() + Lifetime, command.ReturnTo, command.Role, command.LinkTo);
        return (Base64Url.EncodeToString(box.Seal(JsonSerializer.SerializeToUtf8Bytes(state), ContextOf(command.Provider))), Hash(verifier), nonce);
    }

    /// <summary>The state that this browser started with this provider; null if it is invalid.</summary>
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

    // For the verifier, this is the S256 challenge (RFC 7636, section 4.2).
    private static string Hash(string secret) => Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    private static string ContextOf(string provider) => $"sign-in/{provider}";
}

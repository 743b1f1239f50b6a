using System.Buffers;
using AudioOrleans.Gateway.Security;

namespace AudioOrleans.Gateway.Accounts.SignIn;

/// <summary>The addresses to which a browser may be sent with its tokens: this host, and pages that may call the API anyway.</summary>
/// <param name="options">The pages; <c>*</c> matches none here, because tokens are not for everybody.</param>
public sealed class ReturnAddresses(CrossOriginOptions options)
{
    /// <summary>The error message for an invalid return address.</summary>
    public const string Expected = "Expected a path on this host, such as /account, or an address of an origin that may call the API; at most 1024 ASCII characters, without a fragment.";

    private const int Longest = 1024;

    // Browsers drop tabs and line ends, and treat a backslash as a slash: nothing ambiguous is allowed. The fragment is reserved for the tokens.
    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:/?[]@!$&'()*+,;=%");

    /// <summary>API routes may redirect the browser to a third party, which would get the tokens in the fragment.</summary>
    private static bool IsApi(string path) => Uri.UnescapeDataString(path).Contains("/v1", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a browser may be sent to an address.</summary>
    public bool Allows(string address)
    {
        if (address.Length is 0 or > Longest || address.AsSpan().ContainsAnyExcept(Allowed))
            return false;
        if (address[0] == '/')
            return (address.Length == 1 || address[1] != '/') && !IsApi(address);
        // Compared as text, up to the end of the origin: no two URL parsers can differ about that.
        return options.Origins.Any(origin => origin != CrossOriginOptions.Any && address.StartsWith(origin, StringComparison.Ordinal)
            && (address.Length == origin.Length || address[origin.Length] is '/' or '?'));
    }
}

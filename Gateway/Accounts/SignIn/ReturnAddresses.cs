using System.Buffers;
using AudioOrleans.Gateway.Security;

namespace AudioOrleans.Gateway.Accounts.SignIn;

/// <summary>Where a browser may be sent with its tokens: to this host, and to pages that may call the API anyway.</summary>
/// <param name="options">The pages; <c>*</c> stands for none here, for tokens are nothing that everybody may have.</param>
public sealed class ReturnAddresses(CrossOriginOptions options)
{
    /// <summary>What a return address looks like.</summary>
    public const string Expected = "Expected a path on this host, such as /account, or an address of an origin that may call the API; at most 1024 characters of ASCII, no fragment.";

    private const int Longest = 1024;

    // Browsers drop tabs and line ends, and take a backslash for a slash: nothing is left to be understood in two ways. The fragment is ours.
    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:/?[]@!$&'()*+,;=%");

    /// <summary>Routes of the API may send the browser on, to somebody who would find the tokens behind the #.</summary>
    private static bool IsApi(string path) => Uri.UnescapeDataString(path).Contains("/v1", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a browser may be sent there.</summary>
    public bool Allows(string address)
    {
        if (address.Length is 0 or > Longest || address.AsSpan().ContainsAnyExcept(Allowed))
            return false;
        if (address[0] == '/')
            return (address.Length == 1 || address[1] != '/') && !IsApi(address);
        // As text, up to the end of the origin: no two readers of addresses can differ about that.
        return options.Origins.Any(origin => origin != CrossOriginOptions.Any && address.StartsWith(origin, StringComparison.Ordinal)
            && (address.Length == origin.Length || address[origin.Length] is '/' or '?'));
    }
}

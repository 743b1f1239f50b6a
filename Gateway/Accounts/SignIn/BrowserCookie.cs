using AudioOrleans.Grains.Interfaces.Accounts.SignIn;

namespace AudioOrleans.Gateway.Accounts.SignIn;

/// <summary>
/// What ties a sign-in to the browser that began it: whoever lures another browser to a callback signs nobody in (RFC 9700,
/// section 4.7). The only cookie there is; it opens nothing by itself.
/// </summary>
internal static class BrowserCookie
{
    private const string Name = "audio_sign_in";

    /// <summary>Gives it to the browser.</summary>
    public static void Set(HttpContext context, SignInBegun begun) =>
        context.Response.Cookies.Append(Name, begun.BrowserNonce, Options(begun.IsSecure || context.Request.IsHttps, begun.Lifetime));

    /// <summary>Takes it back: it is good for one callback.</summary>
    public static string? Take(HttpContext context)
    {
        if (context.Request.Cookies[Name] is not { } nonce)
            return null;
        // At the start of the answer: an exception's answer begins with headers of its own.
        context.Response.OnStarting(static state =>
        {
            var context = (HttpContext)state;
            context.Response.Cookies.Delete(Name, Options(context.Request.IsHttps, null));
            return Task.CompletedTask;
        }, context);
        return nonce;
    }

    // Lax, for the browser comes back from another site.
    private static CookieOptions Options(bool isSecure, TimeSpan? age) =>
        new() { HttpOnly = true, SameSite = SameSiteMode.Lax, Secure = isSecure, Path = SignInApi.Path, MaxAge = age };
}

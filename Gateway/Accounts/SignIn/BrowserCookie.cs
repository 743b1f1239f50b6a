using AudioOrleans.Grains.Interfaces.Accounts.SignIn;

namespace AudioOrleans.Gateway.Accounts.SignIn;

/// <summary>
/// The cookie that binds a sign-in to the browser that began it: luring another browser to a callback signs nobody in (RFC 9700, section 4.7). It
/// is the platform's only cookie, and grants nothing by itself.
/// </summary>
internal static class BrowserCookie
{
    private const string Name = "audio_sign_in";

    /// <summary>Sets the cookie.</summary>
    public static void Set(HttpContext context, SignInBegun begun) =>
        context.Response.Cookies.Append(Name, begun.BrowserNonce, Options(begun.IsSecure || context.Request.IsHttps, begun.Lifetime));

    /// <summary>Reads and deletes the cookie: it is valid for one callback.</summary>
    public static string? Take(HttpContext context)
    {
        if (context.Request.Cookies[Name] is not { } nonce)
            return null;
        // When the response starts, because the exception handler begins by clearing the headers.
        context.Response.OnStarting(static state =>
        {
            var context = (HttpContext)state;
            context.Response.Cookies.Delete(Name, Options(context.Request.IsHttps, null));
            return Task.CompletedTask;
        }, context);
        return nonce;
    }

    // Lax, because the browser returns from another site.
    private static CookieOptions Options(bool isSecure, TimeSpan? age) =>
        new() { HttpOnly = true, SameSite = SameSiteMode.Lax, Secure = isSecure, Path = SignInApi.Path, MaxAge = age };
}

namespace AudioOrleans.Grains.Interfaces;

/// <summary>
/// What can be wrong with a field: stable words that programs go by and pages translate. <c>docs/errors.md</c> explains them; a word that
/// clients know never gets another meaning.
/// </summary>
public static class FieldCodes
{
    /// <summary>The field is missing or empty.</summary>
    public const string Required = "required";

    /// <summary>The text has too many characters.</summary>
    public const string TooLong = "too_long";

    /// <summary>The list has too many items, or the form too many files.</summary>
    public const string TooMany = "too_many";

    /// <summary>The number, size or duration is too small or too large.</summary>
    public const string OutOfRange = "out_of_range";

    /// <summary>The text is no e-mail address.</summary>
    public const string NotAnEmail = "not_an_email";

    /// <summary>The text is no id, or not one of those that may stand there.</summary>
    public const string NotAnId = "not_an_id";

    /// <summary>The text is no address, or not one of those that may stand there.</summary>
    public const string NotAUrl = "not_a_url";

    /// <summary>The word is none of those that may stand there.</summary>
    public const string UnknownValue = "unknown_value";

    /// <summary>The value has another type, such as text where a number is expected.</summary>
    public const string WrongType = "wrong_type";

    /// <summary>The body is no JSON.</summary>
    public const string InvalidJson = "invalid_json";

    /// <summary>The text has characters that may not stand there.</summary>
    public const string InvalidCharacters = "invalid_characters";

    /// <summary>The text has another form than the one that is documented.</summary>
    public const string Malformed = "malformed";

    /// <summary>The password misses a rule; the message says which.</summary>
    public const string WeakPassword = "weak_password";

    /// <summary>It is not the password that is valid now.</summary>
    public const string WrongPassword = "wrong_password";

    /// <summary>It is neither the code that the authenticator shows now nor a recovery code.</summary>
    public const string WrongCode = "wrong_code";

    /// <summary>The token is not that of the newest link that was mailed, or the link is too old or was used before.</summary>
    public const string ExpiredLink = "expired_link";

    /// <summary>The time is over.</summary>
    public const string InThePast = "in_the_past";

    /// <summary>The item stands there twice.</summary>
    public const string Duplicate = "duplicate";

    /// <summary>The value contradicts another one, or the state of what it is about.</summary>
    public const string NotAllowed = "not_allowed";

    /// <summary>The value is the one that holds already.</summary>
    public const string Unchanged = "unchanged";

    /// <summary>All of them, in the order of <c>docs/errors.md</c>.</summary>
    public static ImmutableArray<string> All { get; } =
    [
        Required, TooLong, TooMany, OutOfRange, NotAnEmail, NotAnId, NotAUrl, UnknownValue, WrongType, InvalidJson,
        InvalidCharacters, Malformed, WeakPassword, WrongPassword, WrongCode, ExpiredLink, InThePast, Duplicate, NotAllowed, Unchanged,
    ];
}

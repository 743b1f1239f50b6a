namespace AudioOrleans.Grains;

/// <summary>Rules for all user-supplied text.</summary>
internal static class UnicodeText
{
    /// <summary>Whether the text has no unpaired surrogates: such text can be neither stored nor sent.</summary>
    public static bool IsWellFormed(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
                continue;
            if (i + 1 >= text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
                return false;
            i++;
        }
        return true;
    }
}
